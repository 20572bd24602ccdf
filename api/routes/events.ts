import { z } from 'zod';
import { defineRoute } from '../route.ts';

const DAY_MS = 24 * 3_600_000;

export const getEvents = defineRoute(
  {
    method: 'GET',
    path: '/events',
    summary: 'Hear what happens while it happens',
    description: `Server-sent events, for as long as the access token is good; then come back with the next one.

* \`job\`: \`{id,kind,state,progress?}\` of an upload or export of yours. Every stream begins with those under way; states that follow each other quickly may be told as one.
* \`achievement\`: \`{id,tier}\`, as in \`/v1/progress/achievements\`; now and then told twice.
* \`insight\`: \`{id}\` of a new one in \`/v1/emotions/insights\`. Nothing that lies or went lower is ever told here.

With \`Last-Event-ID\` also the achievements and insights since then; how a job ended meanwhile tells \`/v1/jobs/{id}\`. Five streams at a time: a sixth ends the oldest. Lines that begin with \`:\` keep the connection alive.`,
    tag: 'work',
    who: 'user',
    headers: z.object({
      'last-event-id': z.string().optional().meta({ description: 'The `id` of the last event you had.' }),
    }),
    streams: { type: 'text/event-stream', description: 'Events, one after the other.' },
    problems: ['overloaded'],
  },
  async ({ deps, user, header, clock }) => ({
    headers: { 'X-Accel-Buffering': 'no' },
    stream: () => {
      const heardAt = heard(header('Last-Event-ID'), clock.now());
      return deps.events.open({ userId: user.id, presented: user, endsAt: user.tokenEndsAt, heardAt });
    },
  }),
);

/** Ids of events are times, in milliseconds. Another's ids, and what lies further back than a day, are no help. */
function heard(id: string | undefined, now: Temporal.Instant): Temporal.Instant | undefined {
  const at = /^\d{1,15}$/.test(id ?? '') ? Number(id) : undefined;
  if (at === undefined || at > now.epochMilliseconds || at < now.epochMilliseconds - DAY_MS) return undefined;
  return Temporal.Instant.fromEpochMilliseconds(at);
}
