import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { z } from 'zod';
import { s3Error } from './errors.ts';

export type XmlContent = string | number | boolean | undefined | readonly XmlContent[] | { [name: string]: XmlContent };

/** An XML document; an array repeats its element, `undefined` leaves it out. */
export const xmlDocument = (root: string, content: XmlContent, namespace?: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace ? ` xmlns="${namespace}"` : ''}>${inner(content)}</${root}>`;

export const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** What a client sent, checked against `schema`; elements named in `repeated` are arrays even when single. Throws `MalformedXML`. */
export function parseXml<T>(text: string, schema: z.ZodType<T>, repeated: readonly string[]): T {
  // A document type could define entities that expand without end; no S3 request has one.
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) throw s3Error('MalformedXML');
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    isArray: (name) => repeated.includes(name),
  });
  const parsed = schema.safeParse(parser.parse(text));
  if (!parsed.success) throw s3Error('MalformedXML');
  return parsed.data;
}

function inner(content: XmlContent): string {
  if (content === undefined) return '';
  if (typeof content !== 'object') return escapeText(String(content));
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, value: XmlContent): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  return `<${name}>${inner(value)}</${name}>`;
}

// Control characters are written as references, as S3 does: a bare carriage return in a key would be read back as a newline.
const escapeText = (text: string) =>
  text.replace(/(?!\n)[&<>"\p{Cc}\u2028]/gu, (char) => named[char] ?? `&#x${char.codePointAt(0)?.toString(16)};`);

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
