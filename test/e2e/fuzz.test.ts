import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fuzz, type Outcome } from '../fuzz/fuzz.ts';
import { findingTexts, unreached } from '../fuzz/report.ts';
import { startTarget, type Target } from '../fuzz/target.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { operations } from '../support/openapi/operations.ts';

const REQUESTS = 800;
/** Beside a whole test run. `npm run fuzz` holds the two seconds. */
const SLOW_MS = 10_000;
const SEED = 20_261_121;
const WITHIN_MS = 300_000;

let fresh: FreshDatabase;
let target: Target;
let outcome: Outcome;

beforeAll(async () => {
  fresh = await freshDatabase();
  target = await startTarget({
    DATABASE_URL: fresh.urls.api,
    DATABASE_OWNER_URL: fresh.urls.owner,
    DATABASE_WORKER_URL: fresh.urls.worker,
  });
  outcome = await fuzz(target, { operations, requests: REQUESTS, seed: SEED, slowMs: SLOW_MS });
}, WITHIN_MS);
afterAll(async () => {
  await target?.stop();
  await fresh?.drop();
}, 60_000);

describe(`the API, asked ${REQUESTS} things that nobody would`, () => {
  it('answers each as declared, in time, below 500, and shows nothing of the inside', () => {
    expect(findingTexts(outcome.findings, target.port)).toEqual([]);
  });

  it('goes on running and logs no error', () => {
    expect(target.complaints()).toEqual([]);
  });

  it('lets some request in to most routes, so that the others are refused for a reason', () => {
    expect(unreached(outcome, operations).length).toBeLessThanOrEqual(operations.length / 3);
  });
});
