/** One row of the fault matrix: what is done to the system, and whether what must survive has survived. */
export type FaultRow = {
  /** As in the matrix: `F1`. */
  name: string;
  title: string;
  /** `small` fits into `npm test`. */
  run(size: 'small' | 'full'): Promise<RowResult>;
};

/** `failures` is empty where everything held; `measured` is what the table shows. */
export type RowResult = { measured: Record<string, number | string>; failures: string[] };

/** Collects what did not hold. */
export function expectations() {
  const failures: string[] = [];
  return {
    failures,
    holds(statement: string, isTrue: boolean): void {
      if (!isTrue) failures.push(statement);
    },
  };
}
