import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { permanent } from '../../../shared/platform/errors.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { createLogger } from '../../../shared/platform/telemetry/logger.ts';
import { registryOf, type TestHandler, testContract } from '../../support/test-jobs.ts';
import { type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';

let harness: WorkerHarness;
beforeAll(async () => {
  harness = await workerHarness('postgres');
});
afterAll(() => harness.close());

it('the lines of a job, and the one about its failure, tell whose it is by a pseudonym', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: 'test', environment: 'test', level: 'info', secretKey: 'x', destination });
  const handler: TestHandler = {
    async effect(_payload, context) {
      context.logger.info('At work');
      throw permanent('no_good', 'x');
    },
  };
  const contract = testContract('owned');
  const userId = newId<UserId>();
  await harness.start({ registry: registryOf([contract, handler]) }, { overrides: { logger } });
  const id = await harness.ask(contract, { key: 'a', userId });
  await harness.settled(id);

  const facts = { job_id: id, kind: 'owned', user_id: expect.stringMatching(/^[0-9a-f]{16}$/) };
  const own = lines.map((line) => JSON.parse(line)).filter((line) => line.job_id === id);
  expect(own).toMatchObject([
    { ...facts, message: 'At work' },
    { ...facts, message: 'A job failed' },
  ]);
  expect(lines.join('')).not.toContain(userId);
});
