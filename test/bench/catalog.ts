import type { Bench } from './bench.ts';

type Entry = {
  about: string;
  load(): Promise<Bench>;
  /** What else it takes, where that is so much that it only runs when named. */
  needs?: string;
};

/** Every bench by its name. Loaded when run: each brings its peers and their weight. */
export const benches: Readonly<Record<string, Entry>> = {
  trends: {
    about: 'how long an analysis of moods takes, how it grows, and how soon a kept answer is there',
    load: () => import('./trends.ts').then((module) => module.trendsBench),
  },
  'statistics-calibration': {
    about:
      'how honest the statistics are: false alarms, power, change points, people told of patterns they do not have',
    load: () => import('./statistics-calibration.ts').then((module) => module.calibrationBench),
  },
  checkins: {
    about: 'how long questions about one person’s year take among 50,000,000 check-ins',
    needs: '30 GB of disk and a quarter of an hour',
    load: () => import('./checkins/index.ts').then((module) => module.checkinsBench),
  },
  leaks: {
    about: 'how reliably unencrypted audio is told from ciphertext: false alarms, leaks found',
    load: () => import('./leaks.ts').then((module) => module.leaksBench),
  },
  ledger: {
    about: 'enqueue in a transaction, then claim, effect and end: beside graphile-worker, pg-boss and raw BullMQ',
    load: () => import('./ledger/index.ts').then((module) => module.ledgerBench),
  },
  latency: {
    about: 'from an accepted check-in to its achievement push, on both queue backends',
    load: () => import('./latency/index.ts').then((module) => module.latencyBench),
  },
  auth: {
    about: 'what authenticating adds to a read, beside bare Koa; sign-ins beside bare Argon2',
    load: () => import('./auth/index.ts').then((module) => module.authBench),
  },
  timing: {
    about: 'whether the time of an answer tells if an address is known: sign-in, registration, reset',
    load: () => import('./timing/index.ts').then((module) => module.timingBench),
  },
  audio: {
    about: 'judging recordings beside bare SHA-256 of the same stream, what the leak test adds, journals per minute',
    load: () => import('./audio/index.ts').then((module) => module.audioBench),
  },
};
