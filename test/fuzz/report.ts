import Table from 'cli-table3';
import { nameOf, type Operation } from '../support/openapi/operations.ts';
import { curlLine } from './curl.ts';
import type { Finding, Outcome } from './fuzz.ts';

/** Requests by class and status, and the slowest of each. */
export function summaryOf({ tallies, findings }: Outcome): string {
  const table = new Table({
    head: ['class', 'requests', 'slowest ms', 'statuses', 'findings'],
    wordWrap: true,
    colWidths: [13, 10, 12, 84, 10],
    style: { head: [], border: [] },
  });
  let total = 0;
  for (const [name, { requests, slowestMs, statuses }] of tallies) {
    total += requests;
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status || 'none'}×${count}`);
    const found = findings.filter((finding) => finding.class === name).length;
    table.push([name, requests, Math.round(slowestMs), counts.join('  '), found]);
  }
  table.push(['all', total, '', '', findings.length]);
  return table.toString();
}

/** Operations that no request of any class was let in to: what lies behind them has not been tried. */
export function unreached({ tallies }: Outcome, operations: readonly Operation[]): string[] {
  const reached = new Set([...tallies.values()].flatMap((tally) => [...tally.reached.keys()]));
  return operations.map(nameOf).filter((name) => !reached.has(name));
}

/** Findings as lines for a shell; what was found on many routes is shown once. */
export function findingTexts(findings: readonly Finding[], port: number): string[] {
  const same = Map.groupBy(findings, ({ class: name, problem }) => `${name}: ${problem.slice(0, 80)}`);
  return [...same.values()].map(([first, ...others]) => (first ? textOf(first, others, port) : ''));
}

function textOf({ class: name, route, problem, requests }: Finding, others: readonly Finding[], port: number): string {
  const more =
    others.length > 0 ? ` (and on ${others.length} more: ${others.map((other) => other.route).join(', ')})` : '';
  const lines = requests.map((request) => `  ${curlLine(request, port)}`);
  return [`FOUND  ${name}, ${route}: ${problem}${more}`, ...lines].join('\n');
}
