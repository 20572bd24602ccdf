/**
 * Moments at which a crash must be harmless. Nothing happens at a probe in production; the fault tests hand in one
 * that kills the process, so that every boundary is shown to be safe rather than believed to be.
 */
export const PROBE_POINTS = [
  'commit.before',
  'commit.after',
  'announce.before',
  'announce.after',
  'mark.before',
  'mark.after',
  'add.after',
  'claim.before',
  'claim.after',
  'prepare.after',
  'effect.before',
  'effect.after',
  'done.after',
  'ack.before',
  'fail.before',
  'fail.after',
] as const;
export type ProbePoint = (typeof PROBE_POINTS)[number];
export type Probe = (point: ProbePoint) => void;

export const noProbe: Probe = () => {};
