import type { Schedule } from '../../shared/ledger/schedule.ts';
import { pushFlush } from './contract.ts';

/** A minute's safety net: deliveries whose flush died are found again even if nobody asks for a flush. */
export const pushFlushSchedule: Schedule = {
  name: 'push.flush',
  cron: '* * * * *',
  contract: pushFlush,
  payload: () => ({}),
  catchUp: 'skip',
  windowHours: 1,
};
