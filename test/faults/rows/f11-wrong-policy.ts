import { faultRow } from './row.ts';

/** A Redis that would throw work away when it is full. */
export const wrongPolicy = faultRow('F11', 'wrong maxmemory-policy', async ({ onSystem, holds, measure }) => {
  await onSystem({ redis: { 'maxmemory-policy': 'allkeys-lru' } }, async (system) => {
    const refusal = await system.startWorker().then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    holds('it refuses to start, with the code of a wrong setting', refusal.includes('ended with code 78'));
    holds('it says why', /maxmemory-policy noeviction, not allkeys-lru/.test(refusal));
    measure('said', refusal.match(/Cannot start.*/)?.[0] ?? refusal);
  });
});
