import {
  forgetSweep,
  keepSweep,
  recordingsPrefix,
  type SweepCounts,
  sweepSoFar,
  uploadSeconds,
} from '../../shared/journals/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { ObjectStore } from '../../shared/platform/object-store/port.ts';
import type { Metrics } from '../../shared/platform/telemetry/metrics.ts';
import type { objectsSweep } from './contract.ts';
import { reportMissing } from './missing.ts';
import { sweepOrphans, sweepUploads } from './orphans.ts';
import { inBatches, type Sweep } from './sweep.ts';

type Parts = { objectStore: () => Promise<ObjectStore>; metrics: Metrics };

/** A day in which somebody may look, and the time in which an upload whose row was just removed may still arrive. */
const ORPHANED = { hours: 24, seconds: uploadSeconds };

/**
 * Goes through the store and the rows side by side, in the order of keys, a batch at a time; whenever it is stopped, the
 * next attempt goes on behind the last batch.
 */
export const objectsSweepHandler = ({ objectStore, metrics }: Parts): Handler<typeof objectsSweep, SweepCounts> => ({
  async prepare({ dryRun, requestedBy }, { transaction, clock, signal, logger, job }) {
    const ask: Sweep['ask'] = (question) => transaction({ userId: null }, question);
    const begun = await ask((tx) => sweepSoFar(tx, job.id));
    const { counts } = begun;
    const store = await objectStore();
    const before = clock.now().subtract(ORPHANED);
    const sweep: Sweep = { store, ask, counts, dryRun, isCautious: !requestedBy, before, signal, logger };

    let { after } = begun;
    for await (const listed of inBatches(store.keys(recordingsPrefix, { after, signal }))) {
      const upto = listed.at(-1)?.key ?? after;
      await sweepOrphans(sweep, listed);
      await reportMissing(sweep, { after, upto }, listed);
      after = upto;
      await ask((tx) => keepSweep(tx, job.id, { after, counts }, clock.now()));
    }
    await reportMissing(sweep, { after, upto: null }, []);
    await sweepUploads(sweep);
    return counts;
  },

  async effect({ dryRun }, { tx, clock, job, logger }, counts) {
    await forgetSweep(tx, job.id, clock.now());
    tx.afterCommit(() => {
      for (const outcome of ['deleted', 'aborted', 'missing'] as const)
        metrics.objectsSweptTotal.inc({ outcome }, counts[outcome]);
    });
    logger.info({ dry_run: dryRun, ...counts }, 'The object store was swept');
    return { dryRun, ...counts };
  },
});
