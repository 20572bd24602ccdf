import { setPriority } from 'node:os';

const NICE = 10;

/** For a thread whose work can wait: it gets the processor that requests and other jobs leave over. Elsewhere than on Linux it does nothing. */
export function giveWay(): void {
  // On Linux this is about the calling thread alone, elsewhere about the whole process.
  if (process.platform === 'linux') setPriority(0, NICE);
}
