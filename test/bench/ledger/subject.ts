import type { DatabaseUrls } from '../../support/embedded/postgres.ts';
import type { Note } from './work.ts';

/** Where one round takes place: a database of its own, and an empty Redis. */
export type Place = { urls: DatabaseUrls; redisUrl: string };

/** One way to have work done. */
export type Subject = {
  name: string;
  /** Makes the schema of an empty database; each round works on a copy. */
  prepare(urls: DatabaseUrls): Promise<void>;
  open(place: Place): Promise<OpenSubject>;
};

export type OpenSubject = {
  /** One business transaction: the note and the job for it. */
  produce(note: Note): Promise<void>;
  /** Starts one worker; `onEffect` is called for each effect, which need not be committed yet. */
  work(onEffect: () => void): Promise<void>;
  /** Jobs whose end is not written yet. */
  unfinished(): Promise<number>;
  close(): Promise<void>;
};
