import { jobKillsWorker } from './rows/f02-job-kills-worker.ts';
import { crashAtBoundaries } from './rows/f14-crash-at-boundaries.ts';
import { manyRelays } from './rows/f15-many-relays.ts';
import { holdsInSmall } from './support/holds-in-small.ts';

holdsInSmall(jobKillsWorker, crashAtBoundaries, manyRelays);
