import { hasText, placesOf } from './byte-search.ts';

/**
 * Whether a recording's file signature stands exactly at `at`. Each is at least 4 bytes long, so that random bytes show
 * one of them at a given place once in 10^9; `ID3` is only three letters and is read with its version bytes.
 */
export function hasContainerSignature(bytes: Uint8Array, at: number): boolean {
  const has = (text: string, offset = 0) => hasText(bytes, at + offset, text);
  return (
    (has('RIFF') && has('WAVE', 8)) ||
    has('fLaC') ||
    has('OggS') ||
    has('ftyp', 4) ||
    has('#!AMR') ||
    has('caff') ||
    (has('ID3') && isId3Version(bytes[at + 3], bytes[at + 4])) ||
    has('\x1a\x45\xdf\xa3')
  );
}

/**
 * Whether an Ogg page begins anywhere in `bytes`: capture pattern, version 0, known flags (RFC 3533 §6). Pages repeat
 * every few KiB, so this finds a file that has lost its start.
 */
export function hasOggPage(bytes: Uint8Array): boolean {
  for (const at of placesOf('OggS\0', bytes)) {
    if ((bytes[at + 5] ?? 0xff) <= 0x07) return true;
  }
  return false;
}

const isId3Version = (major: number | undefined, revision: number | undefined) =>
  (major === 2 || major === 3 || major === 4) && revision === 0;
