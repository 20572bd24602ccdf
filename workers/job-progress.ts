import type { ClaimedJob } from '../shared/ledger/claim.ts';
import { tellFollowers } from '../shared/ledger/followers.ts';
import { type JobProgress, writeProgress } from '../shared/ledger/progress.ts';
import type { Database } from '../shared/platform/database/database.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';

const EVERY_MS = 1_000;

export type ProgressReport = { report(progress: JobProgress): void; close(): void };

/**
 * Writes a job's progress beside its work: the first report at once, then the newest about once a second, never two at a
 * time. A report that cannot be written is worth no failure of the work.
 */
export function reportProgress(
  { database, logger }: { database: Database; logger: Logger },
  job: ClaimedJob,
  followed: boolean,
): ProgressReport {
  let newest: JobProgress | undefined;
  let timer: NodeJS.Timeout | undefined;

  const write = async () => {
    const progress = newest;
    if (!progress) {
      timer = undefined;
      return;
    }
    newest = undefined;
    timer = setTimeout(() => void write(), EVERY_MS);
    try {
      if (await writeProgress(database, job, progress)) tellFollowers(database, [{ ...job, followed }]);
    } catch (err) {
      logger.throttled('job-progress', 'warn', 'The progress of a job could not be written', { err });
    }
  };
  return {
    report(progress) {
      newest = progress;
      if (!timer) void write();
    },
    close() {
      newest = undefined;
      clearTimeout(timer);
    },
  };
}
