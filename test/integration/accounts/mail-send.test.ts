import { describe, expect, it } from '@jest/globals';
import { issueMailToken } from '../../../shared/accounts/index.ts';
import { type JobId, newId, type UserId } from '../../../shared/platform/ids.ts';
import type { Mail } from '../../../shared/platform/mail/port.ts';
import { accountsApi, tokenIn } from './api-fixture.ts';

const api = accountsApi();

async function waitingMail(email: string) {
  await api.register(email);
  const [payload] = await api.waitingMails();
  if (payload?.template !== 'verify_email') throw new Error('no mail is waiting');
  return payload;
}

const mailedAt = (userId: UserId) =>
  api.deps.database.transaction({ userId }, (tx) =>
    tx.query<{ mailed: boolean }>('select mailed_at is not null as mailed from account_token'),
  );

describe('a mail to be sent', () => {
  it('is ids alone: neither the address nor the token is in the job', async () => {
    const payload = await waitingMail('ids@example.org');
    expect(Object.keys(payload).sort()).toEqual(['template', 'userId']);
    const sent: Mail[] = [];
    await api.runMail(payload, (mail) => void sent.push(mail));
    expect(JSON.stringify(payload)).not.toContain(tokenIn(sent[0]));
  });

  it('is marked once the server has taken it, and only then', async () => {
    const payload = await waitingMail('mark@example.org');
    const refuse = () => {
      throw new Error('the mail server is away');
    };
    await expect(api.runMail(payload, refuse)).rejects.toThrow('the mail server is away');
    expect(await mailedAt(payload.userId)).toEqual([{ mailed: false }]);
    await api.runMail(payload, () => {});
    expect(await mailedAt(payload.userId)).toEqual([{ mailed: true }]);
  });

  it('repeats itself to the letter, under the same key', async () => {
    const payload = await waitingMail('repeat@example.org');
    const sent: Mail[] = [];
    const id = newId<JobId>();
    await api.runMail(payload, (mail) => void sent.push(mail), id);
    await api.runMail(payload, (mail) => void sent.push(mail), id);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('of an older release, which names a token made before it, is sent as it was meant', async () => {
    const { userId } = await waitingMail('older@example.org');
    const { accountKeys, database, clock } = api.deps;
    const tokenId = await database.transaction({ userId }, (tx) =>
      issueMailToken(tx, { userId, purpose: 'verify_email' }, accountKeys.mailTokens, clock.now()),
    );
    const sent: Mail[] = [];
    await api.runMail({ template: 'verify_email', userId, tokenId }, (mail) => void sent.push(mail));
    const body = { token: tokenIn(sent[0]) };
    expect((await api.send('POST', '/auth/verify-email', { body })).status).toBe(204);
  });

  it('has a key of its own for every attempt to register a known address', async () => {
    const { user } = await api.newcomer('tried@example.org');
    const keys = new Set<string>();
    const payload = { template: 'registration_attempt', userId: user.id as UserId } as const;
    for (const id of [newId<JobId>(), newId<JobId>()]) {
      await api.runMail(payload, ({ dedupeKey }) => void keys.add(dedupeKey), id);
    }
    expect(keys.size).toBe(2);
  });

  it('is not sent once nobody waits for it', async () => {
    const payload = await waitingMail('gone@example.org');
    const { userId } = payload;
    const never = () => {
      throw new Error('sent all the same');
    };
    await api.deps.database.transaction({ userId }, (tx) => tx.query(`update account set status = 'deleting'`));
    await api.runMail(payload, never);
    await api.runMail({ ...payload, userId: newId<UserId>() }, never);
  });
});
