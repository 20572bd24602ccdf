import type { LineCode } from './entry.ts';
import type { Format } from './header.ts';

/** A line that was left out, and why. */
type LineError = { line: number; code: LineCode };
export type LineOutcome = 'created' | 'existing' | 'duplicates' | LineError;

/**
 * What became of a file. `lines` are its records without the header: `created` became check-ins, `existing` were there from
 * before, `duplicates` repeat an earlier line of the file, `rejected` were left out, the first of them told in `errors`.
 * `notRead` lines follow where the file was given up.
 */
export type ImportReport = {
  format: Format;
  lines: number;
  created: number;
  existing: number;
  duplicates: number;
  rejected: number;
  errors: LineError[];
  moreErrors: number;
  notRead: number;
};

const MOST_ERRORS = 200;

export const emptyReport = (format: Format): ImportReport => ({
  format,
  lines: 0,
  created: 0,
  existing: 0,
  duplicates: 0,
  rejected: 0,
  errors: [],
  moreErrors: 0,
  notRead: 0,
});

/** The report with one more line. */
export function reported(report: ImportReport, outcome: LineOutcome): ImportReport {
  const lines = report.lines + 1;
  if (typeof outcome === 'string') return { ...report, lines, [outcome]: report[outcome] + 1 };
  const rejected = report.rejected + 1;
  if (report.errors.length === MOST_ERRORS) return { ...report, lines, rejected, moreErrors: report.moreErrors + 1 };
  return { ...report, lines, rejected, errors: [...report.errors, outcome] };
}
