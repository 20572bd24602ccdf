import type { Schedule } from '../../shared/ledger/schedule.ts';
import { objectsSweep } from './contract.ts';

export const objectsSweepSchedule: Schedule = {
  name: 'objects.sweep',
  cron: '50 2 * * *',
  contract: objectsSweep,
  payload: () => ({ dryRun: false }),
  catchUp: 'latest',
  windowHours: 24,
};
