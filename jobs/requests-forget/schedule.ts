import type { Schedule } from '../../shared/ledger/schedule.ts';
import { requestsForget } from './contract.ts';

export const requestsForgetSchedule: Schedule = {
  name: 'requests.forget',
  cron: '25 * * * *',
  contract: requestsForget,
  payload: () => ({}),
  catchUp: 'skip',
  windowHours: 24,
};
