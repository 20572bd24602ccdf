import type { Schedule } from '../../shared/ledger/schedule.ts';
import { importsSweep } from './contract.ts';

export const importsSweepSchedule: Schedule = {
  name: 'imports.sweep',
  cron: '*/10 * * * *',
  contract: importsSweep,
  payload: () => ({}),
  catchUp: 'latest',
  windowHours: 1,
};
