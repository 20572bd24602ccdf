import { readdir, readFile } from 'node:fs/promises';

/** Milliseconds of processor time so far, by part of the system. */
export type ProcessorTimes = Record<Part, number>;
type Part = (typeof PARTS)[number][0];

/** By how their processes were started; whatever else this process has started is of itself. */
const PARTS = [
  ['workers', /\bworkers\/main\.ts\b/],
  ['api', /\bapi\/main\.ts\b/],
  ['PostgreSQL', /postgres/],
  ['Redis', /redis-server/],
  ['bench and stand-ins', /^/],
] as const;

/** The unit of `/proc/PID/stat` on every Linux that Node runs on: 100 a second. */
const TICK_MS = 10;

/** Of this process and all that it has started, as Linux counts it; `null` on another system. */
export async function processorTimes(): Promise<ProcessorTimes | null> {
  const found = await Promise.all((await readdir('/proc').catch(() => [])).filter(isPid).map(readProcess));
  const processes = new Map(found.flatMap((one) => (one ? [[one.pid, one]] : [])));
  if (processes.size === 0) return null;
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || isOurs(processes.get(pid)?.parent));
  const times = Object.fromEntries(PARTS.map(([part]) => [part, 0])) as ProcessorTimes;
  for (const { pid, command, ms } of processes.values()) {
    const part = PARTS.find(([, pattern]) => pattern.test(command))?.[0];
    if (part && isOurs(pid)) times[part] += ms;
  }
  return times;
}

/** What each part has taken since, for each of `count`. */
export const perItem = (before: ProcessorTimes, after: ProcessorTimes, count: number): ProcessorTimes =>
  Object.fromEntries(PARTS.map(([part]) => [part, (after[part] - before[part]) / count])) as ProcessorTimes;

type Process = { pid: number; parent: number; command: string; ms: number };

const isPid = (name: string) => /^\d+$/.test(name);

/** `undefined`: it has ended meanwhile. */
async function readProcess(pid: string): Promise<Process | undefined> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => undefined);
  const [stat, command] = await Promise.all([read('stat'), read('cmdline')]);
  if (stat === undefined || command === undefined) return undefined;
  // The name, in parentheses, may hold anything: the fields begin behind it with the third, the state (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system] = [1, 11, 12].map((at) => Number(fields[at])) as [number, number, number];
  return { pid: Number(pid), parent, command, ms: (user + system) * TICK_MS };
}
