import type { Schedule } from '../../shared/ledger/schedule.ts';
import { journalsPurge } from './contract.ts';

export const journalsPurgeSchedule: Schedule = {
  name: 'journals.purge',
  cron: '20 3 * * *',
  contract: journalsPurge,
  payload: () => ({}),
  catchUp: 'latest',
  windowHours: 48,
};
