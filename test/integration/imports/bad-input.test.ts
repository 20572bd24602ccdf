import { describe, expect, it } from '@jest/globals';
import { fileOf, good, HEADER, imports } from './imports-fixture.ts';

const app = imports();
const { fixture } = app;

const MIB = 1024 * 1024;
const minutesFrom = (minutes: number) => fixture.clock.now().add({ minutes }).toString();
const at = (instant: string) => good().replace(/^[^,]+/, instant);
const withCell = (place: number, cell: string) => good().split(',').with(place, cell).join(',');

describe('a file', () => {
  it.each<[string, string | Uint8Array | undefined, number, string]>([
    ['that is empty', '', 400, 'invalid_body'],
    ['that is only a byte order mark', '\ufeff', 400, 'invalid_body'],
    ['without a body', undefined, 400, 'invalid_body'],
    ['with a header of other names', `date,mood\n${good()}\n`, 400, 'invalid_body'],
    ['without a header', `${good()}\n`, 400, 'invalid_body'],
    ['that is JSON', '{"items":[]}', 400, 'invalid_body'],
    ['that is binary', Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xfe, 0x80]), 400, 'invalid_body'],
    ['in UTF-16', Buffer.from(`\ufeff${fileOf(good())}`, 'utf16le'), 400, 'invalid_body'],
    ['with a NUL', fileOf(good(), '\0'), 400, 'invalid_body'],
    ['of 5 MiB and a byte', fileOf(good()).padEnd(5 * MIB + 1, '\n'), 413, 'body_too_large'],
  ])('%s is refused at once', async (_what, file, status, code) => {
    const anna = await fixture.person();
    const reply = await app.send(anna, file as string);
    expect(reply).toMatchObject({ status, body: { code } });
    expect(app.files().filter((key) => key.includes(anna.id))).toEqual([]);
    expect(await app.jobsOf(anna)).toEqual([]);
  });

  it('with an unknown header says what it should be', async () => {
    const { body } = await app.send(await fixture.person(), 'a,b\n1,2\n');
    expect(body['errors']).toMatchObject([
      { path: 'header', code: 'unknown_header', message: expect.stringContaining(HEADER) },
    ]);
  });

  it.each(['application/json', 'text/plain', 'text/csv; charset=latin1'])('called %s is 415', async (type) => {
    const anna = await fixture.person();
    expect((await app.send(anna, fileOf(good()), undefined, { 'Content-Type': type })).status).toBe(415);
  });

  it.each(['timeZone=Mars/X', 'timeZone=', 'moods=a,b', 'moods=a,b,,d,e', 'moods=a,b|c,d,C,e', 'mood=x'])(
    'asked for with ?%s is 400',
    async (query) => {
      const anna = await fixture.person();
      const reply = await app.send(anna, fileOf(good()), `/v1/emotions/import?${query}`);
      expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_query' } });
    },
  );

  it('of exactly 5 MiB is taken', async () => {
    const anna = await fixture.person();
    const lines = fileOf(good(), good(1));
    expect(await app.imported(anna, lines.padEnd(5 * MIB, '\n'))).toMatchObject({ lines: 2, created: 2 });
  });

  it.each<[string, (lines: readonly string[]) => string]>([
    ['with a byte order mark', (lines) => `\ufeff${lines.join('\n')}`],
    ['with CRLF', (lines) => lines.join('\r\n')],
    ['with CR', (lines) => lines.join('\r')],
    ['with every cell in quotes', (lines) => lines.map((line) => `"${line.replaceAll(',', '","')}"`).join('\n')],
    ['with semicolons', (lines) => lines.join('\n').replaceAll(',', ';')],
    ['with blank lines', (lines) => lines.join('\n\n  \n')],
  ])('%s is read like any other', async (_what, write) => {
    const anna = await fixture.person();
    expect(await app.imported(anna, write([HEADER, good(1), good(2)]))).toMatchObject({
      lines: 2,
      created: 2,
      rejected: 0,
    });
  });
});

describe('a bad line', () => {
  it('is told by its number and a code, and the good ones are recorded', async () => {
    const anna = await fixture.person();
    const bad: readonly [string, string][] = [
      [withCell(3, '0'), 'invalid_intensity'],
      [withCell(3, '11'), 'invalid_intensity'],
      [withCell(3, '5.5'), 'invalid_intensity'],
      [withCell(3, '"""5"""'), 'invalid_intensity'],
      [withCell(3, '=1+4'), 'invalid_intensity'],
      [withCell(2, 'schadenfreude'), 'unknown_emotion_type'],
      [withCell(2, '999'), 'unknown_emotion_type'],
      [withCell(1, 'Mars/X'), 'invalid_time_zone'],
      [at('1999-12-31T23:59:59Z'), 'occurred_at_out_of_range'],
      [at(minutesFrom(6)), 'occurred_at_out_of_range'],
      [at('9999-99-99'), 'invalid_occurred_at'],
      [withCell(4, 'c'.repeat(101)), 'invalid_context'],
      [withCell(5, 'n'.repeat(4_001)), 'invalid_notes'],
      [`${good()},more`, 'wrong_column_count'],
      [withCell(5, 'o"pen'), 'invalid_quotes'],
    ];
    const result = await app.imported(anna, fileOf(good(1), ...bad.map(([line]) => line), good(2)));
    expect(result.errors).toEqual(bad.map(([, code], n) => ({ line: n + 3, code })));
    expect(result).toMatchObject({ lines: bad.length + 2, created: 2, rejected: bad.length, moreErrors: 0 });
  });

  it('is none within five minutes of now, nor in quotes of CSV', async () => {
    const anna = await fixture.person();
    const result = await app.imported(anna, fileOf(at(minutesFrom(4)), withCell(3, '"5"'), at('2000-01-01T00:00:00Z')));
    expect(result).toMatchObject({ created: 3, rejected: 0 });
  });

  it.each([
    ['within a cell', `${HEADER}\n${good(1)}\n${good(2).slice(0, 30)}`, 'wrong_column_count'],
    ['within quotes', `${HEADER}\n${good(1)}\n${good(2)}"torn`, 'invalid_quotes'],
  ])('at the end, torn %s, costs no other', async (_what, file, code) => {
    const anna = await fixture.person();
    expect(await app.imported(anna, file)).toMatchObject({ created: 1, rejected: 1, errors: [{ line: 3, code }] });
  });

  it('twice is told twice', async () => {
    const anna = await fixture.person();
    const { errors } = await app.imported(anna, fileOf(at('1999-01-01T00:00:00Z'), at('1999-01-01T00:00:00Z')));
    expect(errors.map(({ line }) => line)).toEqual([2, 3]);
  });

  it('beyond the first 200 is only counted', async () => {
    const anna = await fixture.person();
    const { errors, ...rest } = await app.imported(anna, fileOf(...Array.from({ length: 1_000 }, () => 'x'), good()));
    expect(rest).toMatchObject({ lines: 1_001, created: 1, rejected: 1_000, moreErrors: 800 });
    expect(errors).toHaveLength(200);
  });
});

describe('a file that is no CSV behind its header', () => {
  it('is given up after 5,000 lines, and says how many it did not read', async () => {
    const anna = await fixture.person();
    const broken = Array.from({ length: 5_000 }, () => '"a"b');
    expect(await app.imported(anna, fileOf(good(), ...broken, good(1), good(2)))).toMatchObject({
      ...{ lines: 5_001, created: 1, rejected: 5_000, moreErrors: 4_800, notRead: 2 },
    });
  });
});

describe('a cell that looks like a formula', () => {
  it('stays the text it is', async () => {
    const anna = await fixture.person();
    const formulas = [`=cmd|' /C calc'!A0`, '+1+1', '-2', '@SUM(A1)', '=HYPERLINK(""x"")'];
    await app.imported(anna, fileOf(...formulas.map((formula, n) => `${good(n)}"${formula}"`)));
    const notes = (await app.checkins(anna)).map(({ notes: text }) => text);
    expect(notes.toReversed()).toEqual(formulas.map((formula) => formula.replaceAll('""', '"')));
  });
});
