import type { Bar, Bench } from '../bench.ts';
import { judgedJournals } from './journals.ts';
import { measureStreams } from './stream.ts';

const MB = 1_000_000;
const FULL = [
  { size: 0.5 * MB, rounds: 301 },
  { size: 8 * MB, rounds: 101 },
  { size: 64 * MB, rounds: 31 },
  { size: 200 * MB, rounds: 21 },
];
const QUICK = FULL.map(({ size }) => ({ size, rounds: 2 }));

/**
 * Judging an object as it streams, beside nothing but SHA-256 over the same object from the same store, and what the leak
 * test adds to it; then how many journals of a minute the whole system judges in one.
 */
export const audioBench: Bench = async ({ quick, onStep }) => {
  const sizes = quick ? QUICK : FULL;
  const measured = await measureStreams(sizes, onStep);
  const subjects: Record<string, Record<string, number>> = {};
  const ratios: Record<string, number> = {};
  const bars: Bar[] = [];
  for (const [size, { times, ratios: found }] of measured) {
    const name = `${size / MB} MB`;
    for (const [subject, { wallMs, cpuMs }] of Object.entries(times))
      subjects[`${name}, ${subject}`] = { wallMs, cpuMs, mbPerSecond: size / MB / (wallMs / 1_000) };
    ratios[`${name}: ours vs bare sha256`] = found.oursVsBare.wallMs;
    ratios[`${name}: ours vs bare sha256, processor time`] = found.oursVsBare.cpuMs;
    ratios[`${name}: added by the leak test`] = found.leakAdded.wallMs;
    ratios[`${name}: added by the leak test, processor time`] = found.leakAdded.cpuMs;
    bars.push({ what: `${name}: ours vs bare sha256`, value: found.oursVsBare.wallMs, atLeast: 0.8 });
    bars.push({ what: `${name}: added by the leak test`, value: found.leakAdded.wallMs, atMost: 0.1 });
  }
  const { perMinute, processorMs } = await judgedJournals(quick ? 50 : 1_000, onStep);
  subjects['journals of 1 minute, on Redis'] = { perMinute };
  for (const [part, cpuMs] of Object.entries(processorMs ?? {})) subjects[`a journal of 1 minute, ${part}`] = { cpuMs };
  bars.push({ what: 'journals of 1 minute judged per minute', value: perMinute, atLeast: 1_000 });
  return { subjects, ratios, bars };
};
