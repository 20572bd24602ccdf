import type { Deps } from '../shared/compose.ts';
import type { PoolName } from '../shared/ledger/contract.ts';

/**
 * Loads what the first job of a pool would wait for: the push SDK takes longer to load than a push should take. Never
 * throws; a pool that could not be warmed up says so again with its first job.
 */
export async function warmUp(
  pools: readonly PoolName[],
  { pushGateway, logger }: Pick<Deps, 'pushGateway' | 'logger'>,
): Promise<void> {
  if (!pools.includes('push')) return;
  try {
    const gateway = await pushGateway();
    await gateway.warmUp();
  } catch (err) {
    logger.error({ err }, 'The push gateway could not be made ready');
  }
}
