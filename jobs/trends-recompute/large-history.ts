import type { NamedAnalyses } from '../../shared/emotions/index.ts';
import { threadsOf } from '../../shared/platform/threads.ts';
import { type AnalysesTask, analysesOf } from './analyses.ts';

/** Check-ins and journals whose analysis takes longer than other jobs of the process should have to wait for. */
const LARGE = 2_000;

/** One: a second large history waits, so that whoever has little is not kept waiting by many who have much. */
const thread = threadsOf<AnalysesTask, NamedAnalyses[]>(new URL('./analyses-thread.ts', import.meta.url), 1);

/**
 * `analysesOf`, in a thread where the history is large.
 * @throws the signal's reason once it is aborted, which also ends the thread
 */
export async function analysesOfAnySize(task: AnalysesTask, signal: AbortSignal): Promise<NamedAnalyses[]> {
  const { moods, journals } = task.history;
  if (moods.length + journals.length <= LARGE) return analysesOf(task, signal);
  try {
    return await thread.run(task, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
