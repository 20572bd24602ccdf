import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../../../support/api/person.ts';
import { type Path, replaced, textsIn } from './places.ts';
import { wholeApi } from './whole-api.ts';
import { sendTo, type WrittenRoute, writtenRoutes } from './written-routes.ts';

const api = wholeApi();
let person: Person;
beforeAll(async () => {
  person = await api.person();
});

const MEGABYTE = 2 ** 20;
const MAILS: readonly [string, unknown][] = [
  ['two addresses', 'a@x.org,b@y.org'],
  ['two addresses with a semicolon', 'a@x.org;b@y.org'],
  ['a line break and a header', 'a@x.org\r\nBcc: b@y.org'],
  ['a line break at its end', 'a@x.org\n'],
  ['an array', ['a@x.org']],
  ['an object', { $ne: null }],
  ['NUL', 'a@x.org\0'],
];
const PASSWORDS: readonly [string, unknown][] = [
  ['NUL', 'correct\0horse'],
  ['a lone surrogate', 'correct\ud800horse'],
  ['a megabyte', 'x'.repeat(MEGABYTE)],
  ['an array', ['correct horse battery']],
  ['an object', { $ne: null }],
  ['a number', 12345678],
];

const mails = fieldsNamed(/email/i).flatMap((field) => MAILS.map((bad) => ({ ...field, bad })));
const passwords = fieldsNamed(/password/i).flatMap((field) => PASSWORDS.map((bad) => ({ ...field, bad })));

describe.each([
  ['a mail address that is two, has a line break, is a list or an object', mails],
  ['a password with NUL or a lone surrogate, of a megabyte, a list or an object', passwords],
])('%s', (_what, tries) => {
  it(`is 400 or 413 wherever one is taken, and no hash is run (${tries.length} tries)`, async () => {
    expect(tries.length).toBeGreaterThan(0);
    const before = api.hashes.run;
    for (const { route, at, bad } of tries) {
      const [what, value] = bad;
      const { status } = await sendTo(
        route,
        replaced(route.body, at, () => value),
        api,
        person,
      );
      expect(`${route.name} ${at.join('.')}, ${what}: ${status}`).toMatch(/: (400|413)$/);
    }
    expect(api.hashes.run - before).toBe(0);
  });
});

function fieldsNamed(name: RegExp): { route: WrittenRoute; at: Path }[] {
  return writtenRoutes.flatMap((route) =>
    textsIn(route.body).flatMap((at) => (name.test(String(at.at(-1))) ? [{ route, at }] : [])),
  );
}
