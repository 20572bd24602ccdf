import { setPriority } from 'node:os';
import type { NamedAnalyses } from '../../shared/emotions/index.ts';
import { type AnalysesTask, analysesOf } from './analyses.ts';

const NICE = 10;

// On Linux this is about the calling thread alone: statistics get the processor that other jobs leave over.
if (process.platform === 'linux') setPriority(0, NICE);

/** For `large-history.ts`, in a thread of its own. */
export default (task: AnalysesTask): Promise<NamedAnalyses[]> => analysesOf(task);
