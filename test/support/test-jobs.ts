import { z } from 'zod';
import { type AnyJobContract, defineJob, type JobContract } from '../../shared/ledger/contract.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { UserId } from '../../shared/platform/ids.ts';
import type { Registry } from '../../workers/job-runner.ts';

/** What test jobs carry: a word to know them by, and an owner where a test is about owners. */
export const TestPayload = z.object({ key: z.string(), userId: UserId.optional() });
export type TestPayload = z.infer<typeof TestPayload>;

export type TestContract = JobContract<string, TestPayload>;

/** A contract with quick retries; a test names what it is about and leaves the rest. */
export const testContract = (name: string, over: Partial<TestContract> = {}): TestContract =>
  defineJob({
    name,
    version: 1,
    pool: 'streaks',
    lane: 'normal',
    payload: TestPayload,
    retry: { attempts: 3, firstDelay: '20ms', maxDelay: '50ms' },
    ...over,
  });

/** Coalesces by its key. */
export const coalescingContract = (name: string, over: Partial<TestContract> = {}): TestContract =>
  testContract(name, { coalesce: ({ key }) => key, ...over });

// biome-ignore lint/suspicious/noExplicitAny: what prepare hands to effect is each test's own affair
export type TestHandler = Handler<TestContract, any>;

export const registryOf = (...jobs: readonly (readonly [AnyJobContract, TestHandler])[]): Registry =>
  new Map(jobs.map(([contract, handler]) => [contract.name, { contract, handler }]));
