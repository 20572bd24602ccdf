import { Piscina } from 'piscina';

/** Threads for work that would hold up the event loop: started when first asked, ended when idle. At most `most` at a time. */
export const threadsOf = <Task, Result>(file: URL, most: number): Piscina<Task, Result> =>
  new Piscina<Task, Result>({ filename: file.href, minThreads: 0, maxThreads: most, idleTimeout: IDLE_MS });

const IDLE_MS = 10_000;
