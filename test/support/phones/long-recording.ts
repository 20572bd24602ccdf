import type { Recording } from './recordings.ts';

/** A stereo WAV of 192 seconds, 33.9 MB: too large for one upload. A tone, since nobody is going to listen. */
export function longRecording(): Recording {
  const [durationSeconds, sampleRate, channels, bytesPerSample] = [192, 44_100, 2, 2];
  const second = Buffer.alloc(sampleRate * channels * bytesPerSample);
  for (let at = 0; at < sampleRate * channels; at += 1)
    second.writeInt16LE(
      Math.round(8_000 * Math.sin((2 * Math.PI * 441 * (at >> 1)) / sampleRate)),
      at * bytesPerSample,
    );
  const data = Buffer.alloc(second.length * durationSeconds, second);
  const bytes = Buffer.concat([header(data.length, { sampleRate, channels, bytesPerSample }), data]);
  const bitRate = sampleRate * channels * bytesPerSample * 8;
  const facts = { durationSeconds, sampleRate, bitRate, channels, size: bytes.length };
  return { file: 'long.wav', format: 'wav', ...facts, bytes: new Uint8Array(bytes) };
}

function header(
  size: number,
  { sampleRate, channels, bytesPerSample }: { sampleRate: number; channels: number; bytesPerSample: number },
): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + size, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(sampleRate * channels * bytesPerSample, 28);
  head.writeUInt16LE(channels * bytesPerSample, 32);
  head.writeUInt16LE(bytesPerSample * 8, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(size, 40);
  return head;
}
