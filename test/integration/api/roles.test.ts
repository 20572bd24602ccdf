import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineRoute } from '../../../api/route.ts';
import { issueAccessToken, type Role, Scope } from '../../../shared/accounts/index.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { type ServedApi, serveRoutes } from '../../support/api/served.ts';

/** A route for each scope, which tells nothing but that it was reached. */
const planted = Scope.options.map((scope) =>
  defineRoute(
    {
      method: 'GET',
      path: `/planted/${scope}`,
      summary: 'Planted',
      tag: 'meta',
      who: 'user',
      scope,
      response: z.object({ reached: z.boolean() }),
    },
    async () => ({ body: { reached: true } }),
  ),
);

let api: ServedApi;
beforeAll(async () => {
  api = await serveRoutes(planted);
});
afterAll(() => api?.close());

type Standing = { role: Role; secondFactor: boolean };

/** Somebody with a role, in a session that is proved or not; what they are can change behind their token. */
async function bearer({ role, secondFactor }: Standing) {
  const { id, sessionId } = await api.person();
  const become = (now: Standing, raise = 0) =>
    api.deps.database.transaction({ userId: id }, async (tx) => {
      await tx.query(
        `update account set role = $2, token_version = token_version + $3,
           operator_role = case when $2 = 'administrator' then 'viewer' end where id = $1`,
        [id, now.role, raise],
      );
      await tx.query(`update session set second_factor_at = case when $2 then now() end where id = $1`, [
        sessionId,
        now.secondFactor,
      ]);
    });
  await become({ role, secondFactor });
  const { accountKeys, clock } = api.deps;
  const claims = { userId: id as UserId, sessionId, role, secondFactor, tokenVersion: 1 };
  const { accessToken } = await issueAccessToken(claims, newId(), accountKeys.accessToken, clock.now());
  const ask = (scope: Scope) =>
    api.client.send('GET', `/v1/planted/${scope}`, { headers: { Authorization: `Bearer ${accessToken}` } });
  return { become, ask };
}

const answers = async (ask: (scope: Scope) => Promise<{ status: number; body: Record<string, unknown> }>) =>
  Promise.all(
    Scope.options.map(async (scope) => {
      const { status, body } = await ask(scope);
      return status === 200 ? 200 : `${status} ${body['code']}`;
    }),
  );

const no = '403 forbidden';
const prove = '403 second_factor_required';
const MATRIX: [Role, boolean, unknown[]][] = [
  // own, premium, content, system
  ['standard', false, [200, no, no, no]],
  ['standard', true, [200, no, no, no]],
  ['premium', false, [200, 200, no, no]],
  ['premium', true, [200, 200, no, no]],
  ['content_manager', false, [200, no, prove, no]],
  ['content_manager', true, [200, no, 200, no]],
  ['administrator', false, [200, no, prove, prove]],
  ['administrator', true, [200, no, 200, 200]],
];

describe.each(MATRIX)('%s, session proved: %s', (role, secondFactor, expected) => {
  it('reaches the routes of their scopes', async () => {
    const { ask } = await bearer({ role, secondFactor });
    expect(await answers(ask)).toEqual(expected);
  });

  it('reaches no more than that with a token of somebody who was in charge', async () => {
    const { ask, become } = await bearer({ role: 'administrator', secondFactor: true });
    await become({ role, secondFactor });
    // Premium is of a role that an administrator’s token has not.
    expect(await answers(ask)).toEqual(
      expected.map((answer, index) => (Scope.options[index] === 'premium' ? no : answer)),
    );
  });

  it('is told what is missing, as RFC 6750 says', async () => {
    const { ask } = await bearer({ role, secondFactor });
    for (const [index, scope] of Scope.options.entries()) {
      const { headers } = await ask(scope);
      const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
      expect(headers.get('www-authenticate')).toBe(expected[index] === 200 ? null : challenge);
    }
  });
});

it('who was demoted by an operator is refused what the role gave (403), and gets a new token for the rest (401)', async () => {
  const { ask, become } = await bearer({ role: 'administrator', secondFactor: true });
  await become({ role: 'standard', secondFactor: true }, 1);
  expect(await answers(ask)).toEqual(['401 unauthenticated', no, no, no]);
});
