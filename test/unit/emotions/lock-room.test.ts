import { expect, it } from '@jest/globals';
import { isTight } from '../../../shared/emotions/checkin-months-store.ts';

it('is tight where a transaction may not lock every month and its index', () => {
  expect([isTight({ months: 32, locks: 64 }), isTight({ months: 33, locks: 64 })]).toEqual([false, true]);
});
