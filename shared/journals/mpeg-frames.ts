/**
 * Whether three MP3 or three ADTS (AAC) frames chain near the start of `head`: each header is where the one before said
 * it would be, and agrees with it in what cannot change within a stream. Wherever a file is cut, the next frame is less
 * than 8 KiB away.
 *
 * Three, because a single sync word stands in random bytes every few thousand files; three chained ones stand there once
 * in 10^10 objects (MP3) or more rarely still (ADTS).
 */
export function hasMpegFrames(head: Uint8Array): boolean {
  const starts = head.subarray(0, searchedStarts);
  for (let at = starts.indexOf(0xff); at !== -1; at = starts.indexOf(0xff, at + 1)) {
    if (isSync(head, at) && (chains(head, at, mp3Frame) || chains(head, at, adtsFrame))) return true;
  }
  return false;
}

const searchedStarts = 8_192;
const chainedFrames = 3;

/** Eleven ones begin every header. Asked first, because it rules out seven of eight places. */
const isSync = (head: Uint8Array, at: number): boolean => head[at] === 0xff && (head[at + 1] ?? 0) >= 0xe0;

/** `stream` is what stays the same from frame to frame. */
type Frame = { length: number; stream: number };

function chains(head: Uint8Array, start: number, frameAt: (head: Uint8Array, at: number) => Frame | null): boolean {
  const first = frameAt(head, start);
  let frame = first;
  let at = start;
  for (let count = 1; count < chainedFrames; count++) {
    if (!frame || frame.stream !== first?.stream) return false;
    at += frame.length;
    frame = frameAt(head, at);
  }
  return frame !== null && frame.stream === first?.stream;
}

/** An MPEG-1, -2 or -2.5 layer III header (ISO/IEC 11172-3, 13818-3): 4 bytes. */
function mp3Frame(head: Uint8Array, at: number): Frame | null {
  const second = head[at + 1] ?? 0;
  const third = head[at + 2] ?? 0;
  if (!isSync(head, at) || (second & 0x06) !== 0x02) return null;
  const version = (second >> 3) & 3;
  const kilobits = (version === 3 ? mpeg1Kilobits : mpeg2Kilobits)[third >> 4];
  const sampleRate = sampleRates[(third >> 2) & 3];
  if (version === 1 || !kilobits || !sampleRate) return null;
  const [samplesPerBit, rate] = version === 3 ? [144, sampleRate] : [72, sampleRate / (version === 2 ? 2 : 4)];
  const padding = (third >> 1) & 1;
  return {
    length: Math.floor((samplesPerBit * kilobits * 1000) / rate) + padding,
    stream: ((second & 0x1e) << 8) | (third & 0x0c),
  };
}

const sampleRates = [44_100, 48_000, 32_000];
const mpeg1Kilobits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const mpeg2Kilobits = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/** An ADTS header (ISO/IEC 13818-7 §6.2): 7 bytes, 9 with a checksum. */
function adtsFrame(head: Uint8Array, at: number): Frame | null {
  const second = head[at + 1] ?? 0;
  const third = head[at + 2] ?? 0;
  const sampleRateIndex = (third >> 2) & 15;
  if (!isSync(head, at) || (second & 0x16) !== 0x10 || sampleRateIndex > 12) return null;
  const [fourth = 0, fifth = 0, sixth = 0] = head.subarray(at + 3, at + 6);
  const length = ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5);
  if (length < 7) return null;
  return { length, stream: ((second & 0x0f) << 16) | (third << 8) | (fourth & 0xc0) };
}
