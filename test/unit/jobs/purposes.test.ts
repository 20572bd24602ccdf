import { describe, expect, it } from '@jest/globals';
import { catalog } from '../../../jobs/catalog.ts';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';

const userId = newId<UserId>();

/** What each kind of work needs consent to. Whoever adds one decides that here as well as in its contract. */
const PURPOSES = {
  'account.export': 'service',
  // The award is part of the service; telling somebody of it asks for its own consent (`createNotification`).
  'achievements.evaluate': 'service',
  'audio.delete': 'service',
  'audio.expire': 'service',
  'audio.validate': 'service',
  'journal.purge': 'service',
  'journals.purge': 'service',
  'checkins.import': 'service',
  'checkins.upkeep': 'service',
  'exports.expire': 'service',
  'import.delete': 'service',
  'imports.sweep': 'service',
  'insights.forget': 'service',
  'journal.export': 'service',
  'keys.rewrap': 'service',
  'ledger.upkeep': 'service',
  'mail.send': 'service',
  'objects.sweep': 'service',
  // Each delivery's own consent is asked where it is claimed.
  'push.flush': 'service',
  'requests.forget': 'service',
  'sessions.forget': 'service',
  'streak.recompute': 'service',
  'trends.recompute': 'insights',
  'uploads.expire': 'service',
};

describe('every kind of work', () => {
  it('says what its subject must agree to', () => {
    const purposes = Object.values(catalog).map((contract) => [contract.name, contract.purpose({ userId } as never)]);
    expect(Object.fromEntries(purposes)).toEqual(PURPOSES);
  });
});

describe('trends', () => {
  it('are part of the service only for whoever asked for them', () => {
    expect(trendsRecompute.purpose({ userId, asked: true })).toBe('service');
    expect(trendsRecompute.purpose({ userId })).toBe('insights');
  });

  it('that were asked for never wait behind those that were not, which may be withheld', () => {
    const keys = [trendsRecompute.coalesce?.({ userId }), trendsRecompute.coalesce?.({ userId, asked: true })];
    expect(new Set(keys).size).toBe(2);
  });
});
