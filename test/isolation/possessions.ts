import type { Reply } from '../support/api/client.ts';
import type { Inhabitant } from './inhabitant.ts';

type Read = (who: Inhabitant, request: { method: 'GET'; path: string }) => Promise<Reply>;

const LISTS = { checkins: '/v1/emotions', journals: '/v1/journals' } as const;

/** What anybody misses of what they wrote, or has though they did not write it. Everything must have been answered. */
export async function whatIsLost(inhabitants: readonly Inhabitant[], read: Read): Promise<string[]> {
  const lost: string[] = [];
  for (const one of inhabitants) {
    const written = {
      checkins: one.ids.checkins.union(one.repeatable),
      journals: one.ids.journals.union(one.ids.recordings),
    };
    for (const kind of ['checkins', 'journals'] as const) {
      const there = await allOf(one, LISTS[kind], read);
      for (const id of written[kind].difference(there)) lost.push(`${kind} ${id} is gone`);
      for (const id of there.difference(written[kind])) lost.push(`${kind} ${id} is there`);
    }
  }
  return lost;
}

async function allOf(one: Inhabitant, path: string, read: Read): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor: unknown;
  do {
    const page = `${path}?limit=100${typeof cursor === 'string' ? `&cursor=${cursor}` : ''}`;
    const { status, body } = await read(one, { method: 'GET', path: page });
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    for (const { id } of body['items'] as { id: string }[]) ids.add(id);
    cursor = body['nextCursor'];
  } while (typeof cursor === 'string');
  return ids;
}
