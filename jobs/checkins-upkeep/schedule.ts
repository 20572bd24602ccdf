import type { Schedule } from '../../shared/ledger/schedule.ts';
import { checkinsUpkeep } from './contract.ts';

export const checkinsUpkeepSchedule: Schedule = {
  name: 'checkins.upkeep',
  cron: '25 3 * * *',
  contract: checkinsUpkeep,
  payload: () => ({}),
  catchUp: 'latest',
  windowHours: 48,
};
