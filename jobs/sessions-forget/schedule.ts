import type { Schedule } from '../../shared/ledger/schedule.ts';
import { sessionsForget } from './contract.ts';

export const sessionsForgetSchedule: Schedule = {
  name: 'sessions.forget',
  cron: '10 4 * * *',
  contract: sessionsForget,
  payload: () => ({}),
  catchUp: 'latest',
  windowHours: 48,
};
