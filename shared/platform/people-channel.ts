import { z } from 'zod';
import { UserId } from './ids.ts';

/**
 * Where processes tell each other, once it is committed, what the people it is about may be waiting to hear: ids alone. Whoever
 * listens reads the rest under that person's row-level security, so a message that is lost or made up gives nothing away.
 */
export const PEOPLE_CHANNEL = 'amira_people';

const KINDS = ['job', 'achievement', 'insight'] as const;

/** `id` names the job or the insight, or the award as `<type>.<tier>`. */
export type PersonalNews = { kind: (typeof KINDS)[number]; userId: UserId; id: string };

export const newsTopic = ({ kind, userId, id }: PersonalNews): string => `${kind} ${userId} ${id}`;

/** What an announcement says; what cannot be read, such as that of a newer version, is passed over. */
export const newsOf = (payload: string): PersonalNews[] =>
  payload.split(',').flatMap((topic) => {
    const [kind, userId, id] = topic.split(' ');
    const news = News.safeParse({ kind, userId, id });
    return news.success ? [news.data] : [];
  });

const News = z.object({ kind: z.enum(KINDS), userId: UserId, id: z.string().min(1) });
