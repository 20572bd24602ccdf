import type { Schedule } from '../../shared/ledger/schedule.ts';
import { exportsExpire } from './contract.ts';

export const exportsExpireSchedule: Schedule = {
  name: 'exports.expire',
  cron: '50 * * * *',
  contract: exportsExpire,
  payload: () => ({}),
  catchUp: 'latest',
  windowHours: 24,
};
