import type { Schedule } from '../../shared/ledger/schedule.ts';
import { uploadsExpire } from './contract.ts';

export const uploadsExpireSchedule: Schedule = {
  name: 'uploads.expire',
  cron: '40 * * * *',
  contract: uploadsExpire,
  payload: () => ({}),
  catchUp: 'latest',
  windowHours: 24,
};
