import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../../../support/api/person.ts';
import { wholeApi } from './whole-api.ts';
import { sendTo, writtenRoutes } from './written-routes.ts';

const api = wholeApi();
let person: Person;
beforeAll(async () => {
  person = await api.person();
});

const BODIES: readonly [string, string, string | Uint8Array][] = [
  ['a form', 'application/x-www-form-urlencoded', 'email=a%40x.org&password=correct+horse'],
  [
    'a form of parts',
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
  ],
  ['XML', 'application/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['XML as text', 'text/xml', '<a/>'],
  ['text', 'text/plain', '{}'],
  ['JSON called JavaScript', 'text/javascript', '{}'],
  ['JSON in another charset', 'application/json; charset=utf-16', Buffer.from('{}', 'utf16le')],
  ['JSON of another kind', 'application/ld+json', '{}'],
  ['bytes without a name', 'application/octet-stream', '{}'],
];
const tries = writtenRoutes.flatMap((route) => BODIES.map((body) => ({ route, body })));

describe('a form, XML or text', () => {
  it(`is 415 as the body of every route that takes one (${tries.length} tries)`, async () => {
    const answers = await Promise.all(
      tries.map(async ({ route, body: [what, type, body] }) => {
        const { status, headers } = await sendTo(route, body, api, person, { 'Content-Type': type });
        return `${route.name}, ${what}: ${status} ${headers.get('accept')}`;
      }),
    );
    expect(answers).toEqual(tries.map(({ route, body: [what] }) => `${route.name}, ${what}: 415 application/json`));
  });
});
