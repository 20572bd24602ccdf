import type { Schedule } from '../shared/ledger/schedule.ts';
import { checkinsUpkeepSchedule } from './checkins-upkeep/schedule.ts';
import { exportsExpireSchedule } from './exports-expire/schedule.ts';
import { importsSweepSchedule } from './imports-sweep/schedule.ts';
import { insightsForgetSchedule } from './insights-forget/schedule.ts';
import { journalsPurgeSchedule } from './journals-purge/schedule.ts';
import { ledgerUpkeepSchedule } from './ledger-upkeep/schedule.ts';
import { objectsSweepSchedule } from './objects-sweep/schedule.ts';
import { pushFlushSchedule } from './push-flush/schedule.ts';
import { requestsForgetSchedule } from './requests-forget/schedule.ts';
import { sessionsForgetSchedule } from './sessions-forget/schedule.ts';
import { uploadsExpireSchedule } from './uploads-expire/schedule.ts';

/** Everything that runs by the clock. */
export const schedules: readonly Schedule[] = [
  checkinsUpkeepSchedule,
  journalsPurgeSchedule,
  exportsExpireSchedule,
  importsSweepSchedule,
  insightsForgetSchedule,
  ledgerUpkeepSchedule,
  objectsSweepSchedule,
  pushFlushSchedule,
  requestsForgetSchedule,
  sessionsForgetSchedule,
  uploadsExpireSchedule,
];
