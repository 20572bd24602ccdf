import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CsvLine, csvLines, MOST_BROKEN } from '../../../shared/imports/csv-lines.ts';
import type { Delimiter } from '../../../shared/imports/header.ts';

/** The lines of a text that arrives in pieces of `size` characters. */
async function linesOf(
  text: string,
  { size = 10_000, delimiter = ',' as Delimiter, first = 1 } = {},
): Promise<CsvLine[]> {
  const lines: CsvLine[] = [];
  for await (const group of csvLines(inPieces(text, size), delimiter, first)) lines.push(...group.lines);
  return lines;
}

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const quoted = (cell: string) =>
  /[",\r\n]|^\s|\s$/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;

describe('lines of a CSV text', () => {
  it('are numbered by the line they begin with, whatever ends them and however many a cell has', async () => {
    expect(await linesOf('a,b\r\n"c\nd",e\n\n \nf,g\rh,"i ""j"""')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['c\nd', 'e'] },
      { line: 6, cells: ['f', 'g'] },
      { line: 7, cells: ['h', 'i "j"'] },
    ]);
  });

  it('may be divided by semicolons, with blanks around their cells', async () => {
    expect(await linesOf('a ; "b;c" ;d\n', { delimiter: ';', first: 2 })).toEqual([
      { line: 2, cells: ['a', 'b;c', 'd'] },
    ]);
  });

  it.each([
    ['torn within quotes', 'a,b\nc,"d'],
    ['with a quote within a cell', 'a,b\nc"d,e'],
    ['with something behind a closing quote', 'a,b\n"c"d,e'],
  ])('%s are told, and those before them read', async (_what, text) => {
    expect(await linesOf(text)).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, code: 'invalid_quotes' },
    ]);
  });

  it('behind a quote that is never closed are read all the same', async () => {
    expect(await linesOf('a,"b\nc,d\n"e\n",f\ng,h\n')).toEqual([
      { line: 1, code: 'invalid_quotes' },
      { line: 2, cells: ['c', 'd'] },
      { line: 3, cells: ['e\n', 'f'] },
      { line: 5, cells: ['g', 'h'] },
    ]);
  });

  it('are not held back by an open quote for longer than any cell may be', async () => {
    const many = 'c,d\n'.repeat(50_000);
    const lines = await linesOf(`a,"b\n${many}`, { size: 4_096 });
    expect(lines).toHaveLength(50_001);
    expect(lines[0]).toEqual({ line: 1, code: 'invalid_quotes' });
    expect(lines.at(-1)).toEqual({ line: 50_001, cells: ['c', 'd'] });
  });

  it('may be as long as the file', async () => {
    const cell = 'c'.repeat(5_000_000);
    expect(await linesOf(`a,b\n${cell},d`, { size: 8_192 })).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: [cell, 'd'] },
    ]);
  });

  it('are as many bytes as have been read', async () => {
    const bytes: number[] = [];
    for await (const group of csvLines(inPieces('ä,b\nc,d\n', 4), ',', 1)) bytes.push(group.bytes);
    expect(bytes).toEqual([5, 9, 9]);
  });

  it('are those that were written, in whatever pieces they arrive', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'ñ', '😀', '"', ',', ';', '\n', '\r', ' ', '='),
      maxLength: 8,
    });
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('\n', '\r\n'),
        async (rows, size, end) => {
          const text = rows.map((cells) => cells.map(quoted).join(',') + end).join('');
          const pieces = text.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? [];
          const lines: CsvLine[] = [];
          for await (const group of csvLines(from(pieces), ',', 1)) lines.push(...group.lines);
          expect(lines.map((line) => 'cells' in line && line.cells)).toEqual(rows);
        },
      ),
    );
  });

  it.each(['\n', '\r\n', '\r'])(
    'are given up after many broken ones, and the rest is counted, ended by %j',
    async (end) => {
      const text = `a,b${end}${`"c"d${end}`.repeat(MOST_BROKEN)}${`e,f${end}`.repeat(700)}g`;
      const lines: CsvLine[] = [];
      let notRead = 0;
      for await (const group of csvLines(inPieces(text, 1_000), ',', 2)) {
        lines.push(...group.lines);
        notRead = group.notRead;
      }
      expect(lines).toHaveLength(1 + MOST_BROKEN);
      expect(lines.at(-1)).toEqual({ line: MOST_BROKEN + 2, code: 'invalid_quotes' });
      expect(notRead).toBe(701);
    },
  );

  it('are all read where one less is broken', async () => {
    const lines = await linesOf(`${'"c"d\n'.repeat(MOST_BROKEN - 1)}e,f`);
    expect(lines.at(-1)).toEqual({ line: MOST_BROKEN, cells: ['e', 'f'] });
  });

  it('of a text made to confuse are read in a time that grows with its length', async () => {
    const hostile = ['a,"b\n', '"\n', 'a"b\n', '"a"b\n', '""\n', ',"""\n'];
    for (const line of hostile) expect((await linesOf(line.repeat(1_000), { size: 2_048 })).length).toBeGreaterThan(0);
  });
});

async function* from(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}
