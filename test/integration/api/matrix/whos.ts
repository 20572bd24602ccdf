import { issueAccessToken, type Role } from '../../../../shared/accounts/index.ts';
import type { Deps } from '../../../../shared/compose.ts';
import { newId } from '../../../../shared/platform/ids.ts';
import type { ApiClient } from '../../../support/api/client.ts';
import { newPerson, type Person } from '../../../support/api/person.ts';
import { PASSWORD } from '../../../support/openapi/known-fields.ts';

/** Somebody who asks: with which role, proved how, and what has become of their access since they signed in. */
export type Who = {
  readonly name: string;
  readonly role: Role;
  readonly secondFactor: boolean;
  readonly access: 'live' | 'none' | 'ended' | 'locked';
};

const ROLES: readonly Role[] = ['standard', 'premium', 'content_manager', 'administrator'];

export const whos: readonly Who[] = [
  { name: 'nobody', role: 'standard', secondFactor: false, access: 'none' },
  { name: 'somebody whose session has ended', role: 'standard', secondFactor: false, access: 'ended' },
  { name: 'somebody whose account is locked', role: 'standard', secondFactor: false, access: 'locked' },
  ...ROLES.flatMap((role): Who[] => [
    { name: role, role, secondFactor: false, access: 'live' },
    { name: `${role} with a second factor`, role, secondFactor: true, access: 'live' },
  ]),
];

export type Look = (sql: string, values?: unknown[]) => Promise<unknown>;

/** Somebody new of that kind, still signed in: `loseAccess` makes the rest true. */
export async function newSomebody(who: Who, deps: Deps, client: ApiClient, look: Look): Promise<Person> {
  const person = await newPerson(deps, client);
  await look(BECOME, [person.id, who.role, await passwordHash(deps)]);
  if (who.secondFactor) await look('update session set second_factor_at = now() where id = $1', [person.sessionId]);
  const { role, secondFactor } = who;
  const claims = { userId: person.id, sessionId: person.sessionId, role, secondFactor, tokenVersion: 1 };
  const { accessToken: token } = await issueAccessToken(
    claims,
    newId(),
    deps.accountKeys.accessToken,
    deps.clock.now(),
  );
  const send: Person['send'] = (method, path, { body, headers } = {}) =>
    client.send(method, path, { body, headers: { Authorization: `Bearer ${token}`, ...headers } });
  return { ...person, token, send };
}

const BECOME = `
  update account set role = $2, operator_role = case $2 when 'administrator' then 'admin' end, password_hash = $3
  where id = $1`;

let hashed: Promise<string> | undefined;

/** Everybody has the same password: hashing one for each would take longer than all the rest. */
function passwordHash({ passwords }: Deps): Promise<string> {
  hashed ??= passwords.hash(PASSWORD);
  return hashed;
}

export async function loseAccess({ access }: Who, { id, sessionId }: Person, look: Look): Promise<void> {
  if (access === 'ended') await look('update session set revoked_at = now() where id = $1', [sessionId]);
  if (access === 'locked') await look(`update account set status = 'locked' where id = $1`, [id]);
}
