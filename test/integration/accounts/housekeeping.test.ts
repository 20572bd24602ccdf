import { beforeEach, describe, expect, it } from '@jest/globals';
import { requestsForget } from '../../../jobs/requests-forget/contract.ts';
import { requestsForgetHandler } from '../../../jobs/requests-forget/handler.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { runHandler } from '../../support/run-handler.ts';

const database = ownDatabase();
const ago = (hours: number) => database.clock.now().subtract({ hours }).toString();
const forget = () => runHandler(database.worker, requestsForget, requestsForgetHandler, {}, { clock: database.clock });

let person: UserId;
beforeEach(async () => {
  person = await newAccount(database.api);
});

async function change(expiredAt: string, changedAt: string | null = null): Promise<string> {
  const id = newId();
  await database.look(
    `insert into email_change (id, user_id, old_email, new_email, expires_at, created_at, changed_at)
     values ($1, $2, 'old@example.org', 'new@example.org', $3, $3, $4)`,
    [id, await newAccount(database.api), expiredAt, changedAt],
  );
  return id;
}

async function session(expiresAt: string, revokedAt: string | null = null): Promise<string> {
  const id = newId();
  await database.look(
    `insert into operator_session (id, user_id, token_hash, token_version, expires_at, last_used_at, created_at, revoked_at)
     values ($1, $2, sha256($3), 1, $4, $4, $4, $5)`,
    [id, person, Buffer.from(id), expiresAt, revokedAt],
  );
  return id;
}

const left = async (table: string) => (await database.look(`select id from ${table}`)).map(({ id }) => id).sort();

describe('what was asked for and is over', () => {
  it('is forgotten of changes of address that ran out unproved more than a day ago', async () => {
    await change(ago(25));
    // The old address has not been told of it yet.
    const kept = [await change(ago(23)), await change(ago(-1)), await change(ago(25), ago(40))];
    await forget();
    expect(await left('email_change')).toEqual(kept.sort());
  });

  it('is forgotten of operators’ sessions that ended or ran out more than thirty days ago', async () => {
    const [late, early] = [29 * 24, 31 * 24];
    await session(ago(early));
    await session(ago(late), ago(early));
    const kept = [await session(ago(late)), await session(ago(late), ago(late)), await session(ago(-8))];
    await forget();
    expect(await left('operator_session')).toEqual(kept.sort());
  });
});
