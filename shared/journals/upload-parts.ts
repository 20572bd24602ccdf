import type { FieldProblem } from '../platform/errors.ts';
import type { DeclaredAudio } from './declared-recording.ts';
import { objectSize } from './envelope.ts';

/** The largest object that one PUT may bring, in bytes. */
const singleUploadBytes = 32 * 1_024 * 1_024;

/** Bytes of every part but the last. Fixed, so that a phone can hash its parts before it asks where they go. */
export const partBytes = 16 * 1_024 * 1_024;

/** A part of an object, numbered from 1. */
export type Part = { number: number; size: number };

/** The parts in which an object of `size` bytes is uploaded. */
export const partsOf = (size: number, partSize: number = partBytes): Part[] =>
  Array.from({ length: Math.ceil(size / partSize) }, (_, at) => ({
    number: at + 1,
    size: Math.min(partSize, size - at * partSize),
  }));

/** The parts of a declared recording; none where one PUT brings it. */
export function declaredParts({ fileSize, envelope }: Pick<DeclaredAudio, 'fileSize' | 'envelope'>): Part[] {
  const size = objectSize(fileSize, envelope.version);
  return size > singleUploadBytes ? partsOf(size) : [];
}

/** Why declared checksums do not fit the parts of the object, or `null`. */
export function partChecksumsProblem(
  audio: Pick<DeclaredAudio, 'fileSize' | 'envelope'> & { partChecksums?: readonly string[] | undefined },
): FieldProblem | null {
  const { length } = declaredParts(audio);
  if (audio.partChecksums === undefined || audio.partChecksums.length === length) return null;
  const message =
    length === 0
      ? `must be left out: an object of up to ${singleUploadBytes} bytes is not uploaded in parts`
      : `must hold one checksum for each of the ${length} parts of ${partBytes} bytes`;
  return { path: 'audio.partChecksums', code: 'wrong_count', message };
}

/**
 * What is wrong with the parts that a phone says it has uploaded, or `null`. All are named, each once: what is missing is
 * told at once instead of as a verdict, which would be final.
 *
 * @param expected how many parts the upload has; 0 for one that is not in parts
 */
export function namedPartsProblem(
  named: readonly { number: number }[] | undefined,
  expected: number,
): FieldProblem | null {
  if (expected === 0)
    return named ? { path: 'parts', code: 'not_in_parts', message: 'must be left out: it was one upload' } : null;
  const numbers = new Set((named ?? []).map(({ number }) => number));
  const isWhole = named?.length === expected && partNumbers(expected).every((number) => numbers.has(number));
  if (isWhole) return null;
  return { path: 'parts', code: 'incomplete_parts', message: `must name each of the parts 1 to ${expected} once` };
}

const partNumbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
