import type { Schedule } from '../../shared/ledger/schedule.ts';
import { insightsForget } from './contract.ts';

export const insightsForgetSchedule: Schedule = {
  name: 'insights.forget',
  cron: '20 4 * * *',
  contract: insightsForget,
  payload: () => ({}),
  catchUp: 'latest',
  windowHours: 48,
};
