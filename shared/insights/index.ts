export { Finding, INSIGHT_KINDS } from './finding.ts';
export {
  deleteInsights,
  findInsight,
  type Insight,
  insightHistory,
  type KeptInsight,
  listInsights,
  setHidden,
} from './insight-store.ts';
export { announcedInsights, forgetInsights, keepInsights } from './run-store.ts';
