import { expect, it } from '@jest/globals';
import { startOpsListener } from '../../../workers/ops-listener.ts';
import { workerHarness } from '../../support/worker-harness.ts';

it.each([
  ['true', 200],
  ['false', 404],
])('with ENABLE_METRICS=%s a worker answers %i where its metrics are', async (ENABLE_METRICS, status) => {
  const { deps, close } = await workerHarness('postgres', { ENABLE_METRICS, OPS_PORT: '0' });
  const ops = await startOpsListener(deps);
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${ops.port}${path}`)).status;
  const statuses = [await ask('/metrics'), await ask('/metrics.json'), await ask('/health/live')];
  await ops.close();
  await close();
  expect(statuses).toEqual([status, status, 200]);
});
