import { isIP } from 'node:net';
import { z } from 'zod';
import { type Duration, milliseconds } from '../duration.ts';

// How a variable's text is read. Messages go after the variable's name: "PORT is not …".

export const text = z.string();

export const count = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `is not a number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.int().min(least, `is less than ${least}`).max(most, `is more than ${most}`));

export const decimal = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{0,9}\.?\d{1,9}$/, `is not a number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.number().min(least, `is less than ${least}`).max(most, `is more than ${most}`));

export const port = count(0, 65_535);

export const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(names, { error: `is none of ${names.join(', ')}` }));

export const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'], { error: 'is neither true nor false' }))
  .transform((word) => ['true', '1', 'yes', 'on'].includes(word));

/** Separated by commas. */
export const words = z.string().transform((list) =>
  list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);

/** Separated by commas; an unknown name is a problem, not ignored. */
export const names = <const Names extends readonly [string, ...string[]]>(known: Names) =>
  words.pipe(
    z.array(z.enum(known, { error: ({ input }) => `names "${input}", which is none of ${known.join(', ')}` })),
  );

/** Each of a list has to be `what`; the first that is not is named. */
const wordsThatAre = (what: string, isOne: (word: string) => boolean) =>
  words.pipe(z.array(z.string().refine(isOne, { error: ({ input }) => `names "${input}", which is no ${what}` })));

/** Names as a `Host` header has them, without a port: with one, no request would ever match. */
export const hosts = wordsThatAre('host name such as api.amira.example', (word) =>
  /^(\[[\da-f:.]+\]|[\w.-]+)$/i.test(word),
);

/** Origins as browsers send them, of an app's web view too: with a path, even `/` alone, or with `*`, none would ever match. */
export const origins = wordsThatAre('origin such as https://app.amira.example', (word) =>
  /^[a-z][a-z\d+.-]*:\/\/[^\sA-Z/?#*@]+$/.test(word),
);

/** Addresses and CIDR ranges, separated by commas. Half a range (`10.0.0.0/`) would be taken for every address there is. */
export const networks = wordsThatAre('address, and no range such as 10.0.0.0/8', isNetwork);

function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([\da-f.:]+?)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const most = { 4: 32, 6: 128 }[isIP(address)];
  return most !== undefined && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= most));
}

/** Milliseconds; a number alone means seconds. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)?$/, 'is not a duration such as 15s')
  .transform((length) => milliseconds((/\d$/.test(length) ? `${length}s` : length) as Duration));

export const url = (protocol: RegExp, example: string) => z.url({ protocol, error: `is not a URL such as ${example}` });
export const httpUrl = url(/^https?$/, 'https://amira.example');

export const httpsUrl = url(/^https$/, 'https://findahelpline.com');

export const json = z.string().transform((source, context): unknown => {
  try {
    return JSON.parse(source);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});
