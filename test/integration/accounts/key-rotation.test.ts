import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { issueMailToken, liveMailToken, mailTokenOf } from '../../../shared/accounts/index.ts';
import { newcomer } from './api-fixture.ts';
import { type ApiProcess, apiProcesses } from './api-processes.ts';

const [FIRST, SECOND, THIRD] = ['first', 'second', 'third'].map(
  (name) => `the ${name} secret of 32 characters or more`,
);
const secrets = (current = '', ...accepted: (string | undefined)[]) => ({
  SECRET_KEY: current,
  ACCEPTED_SECRET_KEYS: accepted.join(','),
});

const processes = apiProcesses();
const { clock } = processes;

/** A phone that keeps what it was answered last. */
type Phone = { refreshToken: string; accessToken: string; replaced: string | null };

const phoneOf = async (api: ApiProcess, { signedIn } = processes): Promise<Phone> => {
  const { refreshToken } = await signedIn(api);
  return refreshed(api, { refreshToken, accessToken: '', replaced: null });
};

async function refreshed(api: ApiProcess, { refreshToken }: Phone): Promise<Phone> {
  const { status, body } = await api.refresh(refreshToken);
  expect(status).toBe(200);
  return {
    refreshToken: String(body['refreshToken']),
    accessToken: String(body['accessToken']),
    replaced: refreshToken,
  };
}

describe('while three generations of the api run side by side', () => {
  let generations: ApiProcess[];
  beforeAll(async () => {
    generations = await Promise.all([
      processes.start(secrets(FIRST, SECOND, THIRD)),
      processes.start(secrets(SECOND, FIRST, THIRD)),
      processes.start(secrets(THIRD, SECOND, FIRST)),
    ]);
  });
  const any = fc.nat(2);
  const at = (index: number): ApiProcess => generations[index] as ApiProcess;

  const step = fc.oneof(
    fc.record({ does: fc.constant('refresh' as const), where: any }),
    fc.record({ does: fc.constant('read' as const), where: any }),
    fc.record({ does: fc.constant('repeat' as const), where: any }),
    fc.record({ does: fc.constant('refreshEverywhere' as const), where: any }),
  );

  const steps = {
    refresh: (phone: Phone, where: number) => refreshed(at(where), phone),
    async read(phone: Phone, where: number) {
      expect((await at(where).me(phone.accessToken)).status).toBe(200);
      return phone;
    },
    /** A lost answer asked for again, at whichever process the phone now reaches. */
    async repeat(phone: Phone, where: number) {
      const again = phone.replaced === null ? undefined : await at(where).refresh(phone.replaced);
      if (again) expect(again).toMatchObject({ status: 200, body: { refreshToken: phone.refreshToken } });
      return phone;
    },
    async refreshEverywhere(phone: Phone, where: number) {
      const answers = await Promise.all([0, 1, 2, where].map((index) => refreshed(at(index), phone)));
      expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
      return answers[0] as Phone;
    },
  };

  it('nobody is signed out, whichever of them a phone reaches with what it has', async () => {
    await fc.assert(
      fc.asyncProperty(any, fc.array(step, { minLength: 3, maxLength: 12 }), async (opened, walk) => {
        let phone = await phoneOf(at(opened));
        for (const { does, where } of walk) phone = await steps[does](phone, where);
      }),
      { numRuns: 15 },
    );
  });

  it('a token used before still ends its family, whoever replaced it', async () => {
    const phone = await phoneOf(at(0));
    const later = await refreshed(at(1), phone);
    clock.advance({ seconds: 11 });
    expect((await at(2).refresh(phone.refreshToken)).status).toBe(401);
    expect((await at(0).refresh(later.refreshToken)).status).toBe(401);
  });

  it.each([
    [0, 1],
    [1, 0],
    [2, 1],
  ])('a request that process %i answered is known again by process %i', async (first, second) => {
    const body = newcomer(`again-${first}-${second}@example.org`);
    const register = (where: number, over = {}) =>
      at(where).client.send('POST', '/v1/auth/register', {
        body: { ...body, ...over },
        headers: { 'Idempotency-Key': `key-${first}-${second}` },
      });
    expect((await register(first)).status).toBe(202);
    expect((await register(second)).status).toBe(202);
    expect((await register(second, { timeZone: 'Europe/Berlin' })).status).toBe(422);
  });

  it("a mail's token that one of them issued is sent by the worker of another", async () => {
    const { userId } = await processes.signedIn(at(0));
    const [issuer, sender] = [at(0).deps, at(1).deps];
    const purpose = 'verify_email' as const;
    await issuer.database.transaction({ userId }, async (tx) => {
      const id = await issueMailToken(tx, { userId, purpose }, issuer.accountKeys.mailTokens, clock.now());
      const sent = await liveMailToken(tx, { id, purpose }, sender.accountKeys.mailTokens, clock.now());
      expect(sent).toBe(mailTokenOf(id, purpose, issuer.accountKeys.mailTokens[0]));
    });
  });
});

describe('the three steps of the runbook', () => {
  const rolledOut = apiProcesses();
  const rollout = [secrets(FIRST), secrets(FIRST, SECOND), secrets(SECOND, FIRST), secrets(SECOND)];

  it.each([
    ['forwards', rollout],
    ['back again', rollout.toReversed()],
  ])('sign nobody out, %s, though each is rolled out one process at a time', async (_direction, stages) => {
    let before = await rolledOut.start(stages[0] as Record<string, string>);
    let phone = await phoneOf(before, rolledOut);
    for (const settings of stages.slice(1)) {
      const after = await rolledOut.start(settings);
      for (const api of [after, before, after, before, after]) {
        expect((await api.me(phone.accessToken)).status).toBe(200);
        phone = await refreshed(api, phone);
      }
      before = after;
      await rolledOut.rewrapKeys(after);
    }
  });

  it('do sign out who stayed away for longer than a refresh token lives', async () => {
    const phone = await phoneOf(await rolledOut.start(secrets(FIRST)), rolledOut);
    const without = await rolledOut.start(secrets(SECOND));
    expect((await without.refresh(phone.refreshToken)).status).toBe(401);
    expect((await without.me(phone.accessToken)).status).toBe(401);
  });
});
