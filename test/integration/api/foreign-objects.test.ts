import { beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../shared/platform/ids.ts';
import type { Reply } from '../../support/api/client.ts';
import type { Person } from '../../support/api/person.ts';
import { nameOf, type Operation, operations } from '../../support/openapi/operations.ts';
import { addressOf } from '../../support/openapi/requests.ts';
import { distinguishability } from '../../support/timing/auc.ts';
import { timedPairs } from '../../support/timing/pairs.ts';
import { objectKindsOf } from './matrix/objects.ts';
import { sampleOf } from './matrix/samples.ts';
import { wholeApi } from './refusals/whole-api.ts';

/** Fewer see smaller differences less surely, and never one that is not there: the lower bound widens with them. */
const PAIRS = 100;
const PROMISED_AUC = 0.55;
/** A loaded machine can make a difference appear that is none, but hardly three times. */
const ROUNDS = 3;
const PATIENCE_MS = 120_000;

const api = wholeApi();
let me: Person;
let other: Person;
beforeAll(async () => {
  me = await api.person();
  other = await api.person();
});

/** A PUT under a name of one's own makes what is not there: nobody else's is meant by it. */
const makesIt = ({ method, path }: Operation): boolean =>
  method === 'PUT' && [...objectKindsOf(path).values()].some((kind) => kind?.namedByOwner);

const byId = operations.filter((one) => one.path.includes('{') && one.signedIn && !makesIt(one));

type Ask = () => Promise<Reply>;

/** The same request about an object of another's, and about one that does not exist; new words for neither. */
async function twins(operation: Operation): Promise<{ foreign: Ask; missing: Ask }> {
  const sample = sampleOf(operation);
  const ids: Record<'foreign' | 'missing', Record<string, string>> = { foreign: {}, missing: {} };
  for (const [name, kind] of objectKindsOf(operation.path)) {
    if (!kind) throw new Error(`${nameOf(operation)}: nobody knows how to make a ${name}`);
    ids.foreign[name] = await kind.make(other, api.deps, ids.foreign);
    ids.missing[name] = kind.missing();
  }
  const about = (path: Record<string, string>) => () =>
    me.send(operation.method, addressOf({ ...sample, path }), { body: sample.body });
  return { foreign: about(ids.foreign), missing: about(ids.missing) };
}

/** What a batch says of a check-in that names this journal. */
const inBatch = (relatedJournalId: string): Promise<Reply> => {
  const checkin = { emotionTypeId: 1, intensity: 5, occurredAt: Temporal.Now.instant().toString(), timeZone: 'UTC' };
  return me.send('POST', '/v1/emotions/batch', {
    body: { items: [{ clientId: 'one', ...checkin, relatedJournalId }] },
  });
};

/** Without what names the one request: its address and its id. */
const told = ({ status, body, headers }: Reply) => {
  const { instance: _instance, requestId: _requestId, ...rest } = body;
  const stable = [...headers].filter(([name]) => !/^(date|x-request-id|ratelimit|content-length)/.test(name));
  return { status, rest, stable };
};

/** The lower bound of how well the two can be told apart, at its smallest over a few rounds. */
async function surelyTellable(foreign: Ask, missing: Ask): Promise<number> {
  const lows: number[] = [];
  while (lows.length < ROUNDS && !lows.some((low) => low <= PROMISED_AUC)) {
    const pairs = await timedPairs(PAIRS, {
      known: async () => void (await foreign()),
      unknown: async () => void (await missing()),
    });
    lows.push(distinguishability(pairs).low);
  }
  return Math.min(...lows);
}

describe('an object of somebody else’s', () => {
  it('can be asked for by routes', () => {
    expect(byId.length).toBeGreaterThanOrEqual(7);
  });

  it.each(byId.map((operation) => [nameOf(operation), operation] as const))(
    'is answered by %s like one that does not exist',
    async (_name, operation) => {
      const { foreign, missing } = await twins(operation);
      const answer = told(await foreign());
      expect(answer).toEqual(told(await missing()));
      // Without the proof a route asks for, nothing is looked for at all.
      const asksForProof = operation.parameters.some(({ name }) => name === 'X-Reauthentication');
      expect(answer).toMatchObject(
        asksForProof
          ? { status: 403, rest: { code: 'reauthentication_required' } }
          : { status: 404, rest: { code: 'not_found' } },
      );
    },
  );

  it('is refused in a batch like one that does not exist', async () => {
    const journals = objectKindsOf('/v1/journals/{id}').get('id');
    const theirs = (await journals?.make(other, api.deps, {})) ?? '';
    const answer = told(await inBatch(theirs));
    expect(answer).toEqual(told(await inBatch(newId())));
    expect(answer).toMatchObject({
      status: 200,
      rest: { items: [{ status: 'rejected', problem: { code: 'not_found' } }] },
    });
  });

  it.each(byId.map((operation) => [nameOf(operation), operation] as const))(
    `cannot be told by the time that %s takes (${PAIRS} pairs)`,
    async (_name, operation) => {
      const { foreign, missing } = await twins(operation);
      expect(await surelyTellable(foreign, missing)).toBeLessThanOrEqual(PROMISED_AUC);
    },
    PATIENCE_MS,
  );

  it(
    `cannot be told by the time of a batch (${PAIRS} pairs)`,
    async () => {
      const theirs = (await objectKindsOf('/v1/journals/{id}').get('id')?.make(other, api.deps, {})) ?? '';
      const none = newId();
      expect(
        await surelyTellable(
          () => inBatch(theirs),
          () => inBatch(none),
        ),
      ).toBeLessThanOrEqual(PROMISED_AUC);
    },
    PATIENCE_MS,
  );
});
