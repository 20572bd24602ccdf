import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Reply } from '../../../support/api/client.ts';
import type { Person } from '../../../support/api/person.ts';
import { objectsIn, type Path, replaced } from './places.ts';
import { wholeApi } from './whole-api.ts';
import { sendTo, type WrittenRoute, writtenRoutes } from './written-routes.ts';

const api = wholeApi();
let person: Person;
beforeAll(async () => {
  person = await api.person();
});

const send = (route: WrittenRoute, body: unknown) => sendTo(route, body, api, person);

/** Fields that are ours to set, in the body itself and in every object inside it. */
const FIELDS: readonly [string, unknown][] = [
  ['role', 'administrator'],
  ['userId', '0198d1a0-0000-7000-8000-000000000000'],
  ['createdAt', '2020-01-01T00:00:00Z'],
];
const KEYS = ['__proto__', 'constructor', 'prototype'] as const;

describe('a field that nobody may set', () => {
  const tries = writtenRoutes.flatMap((route) =>
    FIELDS.flatMap(([field, value]) =>
      objectsIn(route.body).map((at) => ({
        route,
        at: [...at, field].join('.'),
        body: replaced(route.body, at, (object) => ({ ...object, [field]: value })),
      })),
    ),
  );
  it(`is refused by name in the body of every route that takes one (${tries.length} tries)`, async () => {
    const answers = await Promise.all(
      tries.map(async ({ route, at, body }) => `${route.name} ${at}: ${refusalIn(await send(route, body), at)}`),
    );
    expect(answers).toEqual(tries.map(({ route, at }) => `${route.name} ${at}: unknown_field`));
  });
});

/** What is said of the field. A batch answers 200 and refuses its items one by one, each as if it had come alone. */
function refusalIn({ status, body, text }: Reply, at: string): string {
  const [, item] = /^items\.0\.(.+)$/.exec(at) ?? [];
  const refused = Refused.safeParse(status === 200 && item ? Batch.safeParse(body).data?.items[0].problem : body);
  const named = refused.data?.errors.find(({ path }) => path === (status === 200 ? item : at));
  return status === 200 || status === 400 ? (named?.code ?? text) : text;
}

const Refused = z.object({ errors: z.array(z.object({ path: z.string(), code: z.string() })) });
const Batch = z.object({ items: z.tuple([z.object({ status: z.literal('rejected'), problem: z.unknown() })]) });

describe('a key that reaches for the prototype', () => {
  const tries = writtenRoutes.flatMap((route) =>
    KEYS.flatMap((key) => objectsIn(route.body).map((at) => ({ route, key, text: forgedText(route.body, at, key) }))),
  );
  it(`is refused in the body of every route that takes one, and pollutes nothing (${tries.length} tries)`, async () => {
    const answers = await Promise.all(
      tries.map(async ({ route, key, text }) => {
        const reply = await send(route, text);
        return `${route.name} ${key}: ${reply.status} ${String(reply.body['code'])}`;
      }),
    );
    expect(answers).toEqual(tries.map(({ route, key }) => `${route.name} ${key}: 400 invalid_json`));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

/** As text: an object literal with `__proto__` would set the prototype instead of naming the key. */
function forgedText(body: unknown, at: Path, key: string): string {
  const marked = replaced(body, at, (object) => ({ ...object, 'forged-key': { polluted: true } }));
  return JSON.stringify(marked).replace('forged-key', key);
}
