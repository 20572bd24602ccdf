import type { Schedule } from '../../shared/ledger/schedule.ts';
import { ledgerUpkeep } from './contract.ts';

export const ledgerUpkeepSchedule: Schedule = {
  name: 'ledger.upkeep',
  cron: '10 * * * *',
  contract: ledgerUpkeep,
  payload: () => ({}),
  catchUp: 'latest',
  windowHours: 48,
};
