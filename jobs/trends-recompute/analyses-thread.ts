import type { NamedAnalyses } from '../../shared/emotions/index.ts';
import { giveWay } from '../../shared/platform/give-way.ts';
import { type AnalysesTask, analysesOf } from './analyses.ts';

giveWay();

/** For `large-history.ts`, in a thread of its own. */
export default (task: AnalysesTask): Promise<NamedAnalyses[]> => analysesOf(task);
