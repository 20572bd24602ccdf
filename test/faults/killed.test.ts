import { workerKilled } from './rows/f01-worker-killed.ts';
import { redisEmptied } from './rows/f09-redis-emptied.ts';
import { holdsInSmall } from './support/holds-in-small.ts';

holdsInSmall(workerKilled, redisEmptied);
