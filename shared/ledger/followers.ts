import type { JobId, UserId } from '../platform/ids.ts';
import { newsTopic, PEOPLE_CHANNEL } from '../platform/people-channel.ts';

export type Followed = { id: JobId; subject: UserId | null; followed: boolean };

/** Tells whoever may be watching their jobs that the state of these has changed. Of other kinds nothing is ever said. */
export function tellFollowers(to: { announce(topic: string, channel: string): void }, jobs: readonly Followed[]): void {
  for (const { id, subject, followed } of jobs)
    if (followed && subject) to.announce(newsTopic({ kind: 'job', userId: subject, id }), PEOPLE_CHANNEL);
}
