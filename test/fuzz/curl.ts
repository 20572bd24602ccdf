import type { WireRequest } from './wire.ts';

/** A line for a shell that sends the request again. */
export function curlLine({ method, target, headers, body, raw }: WireRequest, port: number): string {
  if (raw) return `printf '%b' ${quoted(escaped(raw))} | nc 127.0.0.1 ${port}`;
  const words = ['curl', '-i', '--path-as-is', '-g', '-X', quoted(method)];
  for (const [name, value] of headers) words.push('-H', quoted(value === '' ? `${name};` : `${name}: ${value}`));
  if (body) words.push('--data-binary', isPlain(body) ? quoted(body.toString()) : `$'${escaped(body)}'`);
  words.push(quoted(`http://127.0.0.1:${port}${target}`));
  return words.join(' ');
}

const LONGEST = 4_000;
const quoted = (text: string): string => `'${shortened(text).replaceAll("'", `'\\''`)}'`;
const shortened = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…(${text.length} characters)`;

const isPlain = (body: Buffer): boolean => /^[\x20-\x7e]*$/.test(body.toString('latin1'));

const escaped = (bytes: Buffer): string =>
  shortened(
    [...bytes]
      .map((byte) => {
        const letter = String.fromCharCode(byte);
        return byte < 0x20 || byte > 0x7e || letter === "'" || letter === '\\'
          ? `\\x${byte.toString(16).padStart(2, '0')}`
          : letter;
      })
      .join(''),
  );
