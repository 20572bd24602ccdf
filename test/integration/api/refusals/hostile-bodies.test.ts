import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { stopwatch } from '../../../../shared/platform/clock.ts';
import type { Person } from '../../../support/api/person.ts';
import { type Path, replaced, valuesIn } from './places.ts';
import { wholeApi } from './whole-api.ts';
import { sendTo, type WrittenRoute, writtenRoutes } from './written-routes.ts';

const api = wholeApi();
let person: Person;
beforeAll(async () => {
  person = await api.person();
});

const ALLOWED_MS = 50;
const TRIES = 3;
/** For a machine that does much else beside. */
const PATIENCE_MS = 240_000;
const WAITED_MS = 2_000;

type Hostile = { what: string; body: unknown; headers?: Record<string, string>; expected: RegExp };

const nested = '['.repeat(10_000) + ']'.repeat(10_000);
const manyKeys = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, 1])));

/** Bodies that no route could take. */
const EVERYWHERE: readonly Hostile[] = [
  { what: '10,000 levels', body: nested, expected: /: 400 invalid_json$/ },
  { what: '100,000 keys', body: manyKeys, expected: /: 413 body_too_large$|: 400 invalid_json$/ },
  { what: 'a key twice', body: '{"a":1,"a":2}', expected: /: 400 invalid_json$/ },
  { what: 'bad UTF-8', body: Buffer.from('{"a":"\xff\xfe"}', 'latin1'), expected: /: 400 invalid_json$/ },
  { what: 'half a surrogate pair', body: '{"a":"\\ud83d"}', expected: /: 400 invalid_json$/ },
  {
    what: 'a gzip bomb',
    body: gzipSync(Buffer.alloc(20 * 2 ** 20)),
    headers: { 'Content-Encoding': 'gzip' },
    expected: /: 415 unsupported_media_type$/,
  },
];

/** What is put in place of the numbers and of the texts of a body, as written in JSON. */
const NUMBERS = ['1e400', '-1e400', 'NaN', '9223372036854775808', '-9223372036854775809', '"1"', '{"$gt":0}'];
const TEXTS = ['"\\u0000"', '"\\ud800"', 'NaN', '1e400', '{"$ne":null}', '[["x"]]'];
const INSTANTS = ['"9999-99-99"', '"9999-99-99T00:00:00Z"', '"2026-02-30T00:00:00Z"', '"+275760-09-14T00:00:00Z"'];
const ZONES = ['"Mars/X"', '"../../etc/passwd"', '"+99:00"', '""'];

const isNumber = (_at: Path, value: unknown) => typeof value === 'number';
const isText = (_at: Path, value: unknown) => typeof value === 'string';
const named = (name: RegExp) => (at: Path, value: unknown) => isText(at, value) && name.test(String(at.at(-1)));

const THEMES: readonly [string, (route: WrittenRoute) => Hostile[]][] = [
  ['built to exhaust or confuse a parser', () => [...EVERYWHERE]],
  ['with 1e400, NaN, 2^63 or an operator for a number', (route) => inPlaces(route, isNumber, NUMBERS)],
  ['with \\u0000, a lone surrogate, NaN or an operator for a text', (route) => inPlaces(route, isText, TEXTS)],
  ['with the date 9999-99-99', (route) => inPlaces(route, named(/At$/), INSTANTS)],
  ['with the zone Mars/X', (route) => inPlaces(route, named(/^timeZone$/), ZONES)],
];

describe('a body', () => {
  for (const [theme, bodiesFor] of THEMES) {
    const tries = writtenRoutes.flatMap((route) => bodiesFor(route).map((hostile) => ({ route, hostile })));
    it(
      `${theme} is refused within 50 ms by every route that could be sent it (${tries.length} tries)`,
      async () => {
        expect(tries.length).toBeGreaterThan(10);
        for (const { route, hostile } of tries) {
          const label = `${route.name}, ${hostile.what}`;
          const { answer, milliseconds } = await judged(route, hostile);
          expect(`${label}: ${answer}`).toMatch(hostile.expected);
          expect(`${label}: ${milliseconds > ALLOWED_MS ? `${milliseconds} ms` : 'in time'}`).toBe(`${label}: in time`);
        }
      },
      PATIENCE_MS,
    );
  }
});

/**
 * The best of some tries, for what a body costs shows in that: the others tell what the machine does beside, and this
 * process, which is client and server together. What counts is the smaller of clock and processor time, and that nothing
 * has waited long.
 */
async function judged(route: WrittenRoute, { body, headers = {} }: Hostile) {
  let answer = '';
  const [times, efforts]: [number[], number[]] = [[], []];
  for (let n = 0; n < TRIES; n += 1) {
    const [elapsed, before] = [stopwatch(), process.cpuUsage()];
    const reply = await sendTo(route, body, api, person, headers);
    const { user, system } = process.cpuUsage(before);
    times.push(elapsed());
    efforts.push((user + system) / 1_000);
    answer = isRefusedItem(reply.body) ? '400 invalid_body' : `${reply.status} ${String(reply.body['code'])}`;
  }
  const [time, effort] = [Math.min(...times), Math.min(...efforts)];
  return { answer, milliseconds: time <= WAITED_MS ? Math.min(time, effort) : time };
}

/** A batch refuses its items one by one. */
const isRefusedItem = ({ items }: Record<string, unknown>): boolean =>
  Array.isArray(items) && items.every(({ status }) => status === 'rejected');

function inPlaces(route: WrittenRoute, belongs: (at: Path, value: unknown) => boolean, literals: readonly string[]) {
  const places = valuesIn(route.body).filter(({ at, value }) => at.length > 0 && belongs(at, value));
  return places.flatMap(({ at }) =>
    literals.map((literal): Hostile => {
      const body = JSON.stringify(replaced(route.body, at, () => 'put-it-here')).replace('"put-it-here"', literal);
      return { what: `${at.join('.')} = ${literal}`, body, expected: /: 400 invalid_(json|body)$/ };
    }),
  );
}
