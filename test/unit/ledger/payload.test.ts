import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob, laneNumber } from '../../../shared/ledger/contract.ts';
import { decodePayload, encodePayload, NewerPayload } from '../../../shared/ledger/payload.ts';

const contract = defineJob({
  name: 'versioned',
  version: 3,
  pool: 'mail',
  lane: 'low',
  payload: z.object({ key: z.string() }),
  upcasters: { 2: (old) => ({ key: (old as { name: string }).name }) },
  retry: { attempts: 1, firstDelay: '1s', maxDelay: '1s' },
});

describe('a payload', () => {
  it('comes back as it was stored', () => {
    expect(decodePayload(contract, 3, JSON.parse(encodePayload(contract, { key: 'a' })))).toEqual({ key: 'a' });
  });

  it('of an older version is brought up to date and then checked', () => {
    expect(decodePayload(contract, 2, { name: 'a' })).toEqual({ key: 'a' });
    expect(() => decodePayload(contract, 2, { name: 7 })).toThrow(expect.objectContaining({ code: 'invalid_payload' }));
  });

  it('without a way up is unreadable', () => {
    expect(() => decodePayload(contract, 1, {})).toThrow(expect.objectContaining({ code: 'unreadable_version' }));
  });

  it('of a newer version is for somebody else', () => {
    expect(() => decodePayload(contract, 4, {})).toThrow(NewerPayload);
  });
});

describe('a contract', () => {
  it('runs as its user, where its payload names one', () => {
    const { name, pool, lane, retry } = contract;
    const owned = defineJob({ name, version: 1, pool, lane, retry, payload: z.object({ userId: z.string() }) });
    expect([owned.subject({ userId: 'u' }), contract.subject({ key: 'a' })]).toEqual(['u', null]);
  });

  it('has lanes that PostgreSQL can sort by', () => {
    expect([laneNumber('high'), laneNumber('normal'), laneNumber('low')]).toEqual([1, 2, 3]);
  });
});
