import { type FaultSystem, type FaultSystemOptions, startFaultSystem } from '../support/fault-system.ts';
import type { Verdict } from '../support/outside-ledger.ts';

export type Size = 'small' | 'full';

/** One row of the fault matrix: what is done to the system, and whether what must survive has survived. */
export type FaultRow = {
  /** As in the matrix: `F1`. */
  name: string;
  title: string;
  /** `small` fits into `npm test`. */
  run(size: Size): Promise<RowResult>;
};

/** `failures` is empty where everything held; `measured` is what the table shows. */
export type RowResult = { measured: Record<string, number | string>; failures: string[] };

export type RowContext = {
  size: Size;
  holds(statement: string, isTrue: boolean): void;
  measure(name: string, value: number | string): void;
  /** Runs `work` on a system of its own, and ends every process of it. */
  onSystem(options: FaultSystemOptions, work: (system: FaultSystem) => Promise<void>): Promise<void>;
  /** Acknowledged ⊆ done, each effect once; what is measured begins with `label`. */
  holdsAll(system: FaultSystem, label?: string): Promise<Verdict>;
};

export function faultRow(name: string, title: string, run: (context: RowContext) => Promise<void>): FaultRow {
  return {
    name,
    title,
    async run(size) {
      const failures: string[] = [];
      const measured: Record<string, number | string> = {};
      const holds = (statement: string, isTrue: boolean) => {
        if (!isTrue) failures.push(statement);
      };
      const measure = (what: string, value: number | string) => {
        measured[what] = typeof value === 'number' ? Math.round(value * 10) / 10 : value;
      };
      await run({
        size,
        holds,
        measure,
        async onSystem(options, work) {
          const system = await startFaultSystem(options);
          try {
            await work(system);
          } finally {
            await system.close();
          }
        },
        async holdsAll(system, label = '') {
          const verdict = await system.verdict();
          holds(`${label}nothing acknowledged is lost (${verdict.lost} are)`, verdict.lost === 0);
          holds(`${label}no effect is doubled (${verdict.doubled} are)`, verdict.doubled === 0);
          holds(`${label}nothing happens that nobody asked for`, verdict.strays === 0);
          for (const [what, value] of Object.entries(verdict)) measure(`${label}${what}`, value);
          return verdict;
        },
      });
      return { failures, measured };
    },
  };
}
