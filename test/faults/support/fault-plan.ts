import { z } from 'zod';
import { POOLS } from '../../../shared/ledger/contract.ts';
import { ROLES } from '../../../shared/platform/config/index.ts';
import { PROBE_POINTS } from '../../../shared/platform/probe.ts';

/** What one worker process of a fault run does; handed over in `FAULT_PLAN`. */
export const FaultPlan = z.object({
  pools: z.array(z.enum(POOLS)).default(['streaks']),
  roles: z.array(z.enum(ROLES)).default(['relay']),
  /** Whose jobs it knows: those of the fault runs, or the project's own. */
  jobs: z.enum(['faults', 'project']).default('faults'),
  /**
   * Ends itself, as by `kill -9`, when it comes to this point for the `times`-th time; counted from the moment on at which
   * the file `armedBy` is there.
   */
  crash: z.object({ at: z.enum(PROBE_POINTS), times: z.int(), armedBy: z.string().optional() }).optional(),
  /** Everything that waits for somebody's silence waits this many times shorter than in production. */
  haste: z.number().default(1),
  slowMs: z.int().default(0),
  /** Added to what its clock says, in milliseconds. */
  clockSkewMs: z.int().default(0),
  schedules: z.array(z.object({ name: z.string(), cron: z.string() })).default([]),
});
export type FaultPlan = z.input<typeof FaultPlan>;
