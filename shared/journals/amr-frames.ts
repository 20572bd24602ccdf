/**
 * AMR in its storage format (RFC 4867 §5): a magic line, then frames of 20 ms. A frame begins with a byte
 * `0 | frame type (4 bits) | quality | 00` that also gives its length.
 */
export type AmrMode = { bitRate: number; frameBytes: number };

/** Speech modes: nominal bit rate (bit/s) and bytes of a stored frame, its first byte included (3GPP TS 26.101, 26.201). */
export const amrModes = {
  'amr-nb': [
    { bitRate: 4_750, frameBytes: 13 },
    { bitRate: 5_150, frameBytes: 14 },
    { bitRate: 5_900, frameBytes: 16 },
    { bitRate: 6_700, frameBytes: 18 },
    { bitRate: 7_400, frameBytes: 20 },
    { bitRate: 7_950, frameBytes: 21 },
    { bitRate: 10_200, frameBytes: 27 },
    { bitRate: 12_200, frameBytes: 32 },
  ],
  'amr-wb': [
    { bitRate: 6_600, frameBytes: 18 },
    { bitRate: 8_850, frameBytes: 24 },
    { bitRate: 12_650, frameBytes: 33 },
    { bitRate: 14_250, frameBytes: 37 },
    { bitRate: 15_850, frameBytes: 41 },
    { bitRate: 18_250, frameBytes: 47 },
    { bitRate: 19_850, frameBytes: 51 },
    { bitRate: 23_050, frameBytes: 59 },
    { bitRate: 23_850, frameBytes: 61 },
  ],
} as const satisfies Record<string, readonly AmrMode[]>;

export const amrMagicBytes = { 'amr-nb': '#!AMR\n'.length, 'amr-wb': '#!AMR-WB\n'.length } as const;
export const amrFrameSeconds = 0.02;

/**
 * Whether AMR frames chain from somewhere near the start of `head`, magic line or not: wherever a file is cut, the next
 * frame is at most 61 bytes away. Ten in a row happen in random bytes about once in 10^11 objects.
 */
export function hasAmrFrames(head: Uint8Array): boolean {
  for (let start = 0; start < searchedStarts; start++) {
    if (frameLengths.some((lengths) => chains(head, start, lengths))) return true;
  }
  return false;
}

const searchedStarts = 128;
const chainedFrames = 10;

function chains(head: Uint8Array, start: number, lengths: Uint8Array): boolean {
  let at = start;
  for (let frame = 0; frame < chainedFrames; frame++) {
    const length = lengths[head[at] ?? notAFrame] ?? 0;
    if (length === 0 || at + length > head.length) return false;
    at += length;
  }
  return true;
}

const notAFrame = 0xff;
const silenceBytes = 6;
const emptyBytes = 1;

/** Frame length by first byte, 0 where the byte begins no frame; frames marked as damaged do not come from a recorder. */
const frameLengths = [
  lengthsByFirstByte([...amrModes['amr-nb'].map(({ frameBytes }) => frameBytes), silenceBytes], [15]),
  lengthsByFirstByte([...amrModes['amr-wb'].map(({ frameBytes }) => frameBytes), silenceBytes], [14, 15]),
];

function lengthsByFirstByte(byType: readonly number[], emptyTypes: readonly number[]): Uint8Array {
  const goodQuality = 0x04;
  const lengths = new Uint8Array(256);
  for (const [type, bytes] of byType.entries()) lengths[(type << 3) | goodQuality] = bytes;
  for (const type of emptyTypes) lengths[(type << 3) | goodQuality] = emptyBytes;
  return lengths;
}
