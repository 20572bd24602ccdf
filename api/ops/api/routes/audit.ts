import { z } from 'zod';
import { listAudit } from '../../../../shared/accounts/index.ts';
import { InstantText } from '../../../../shared/platform/time/instant.ts';
import { decodeCursor, PageQuery, page, pageOf } from '../../../paging.ts';
import { defineOpsRoute } from '../route.ts';

const State = z.record(z.string(), z.unknown()).nullable();

const AuditView = z
  .object({
    id: z.uuid(),
    at: InstantText,
    actorKind: z.enum(['operator', 'server_secret', 'system']),
    actorId: z.uuid().nullable(),
    action: z.string(),
    targetId: z.uuid().nullable(),
    before: State,
    after: State,
    reason: z.string().nullable(),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

export const readAudit = defineOpsRoute(
  {
    method: 'GET',
    path: '/audit',
    summary: 'Read what operators have done, the newest first',
    tag: 'operators',
    operator: 'viewer',
    query: PageQuery.extend({
      action: z.string().max(100).optional(),
      actor: z.uuid().optional(),
      target: z.uuid().optional(),
    }),
    response: pageOf(AuditView),
  },
  async ({ tx, query: { limit, cursor, ...filter } }) => {
    const after = decodeCursor(z.uuid(), cursor);
    const entries = await listAudit(tx, { ...filter, after, limit: limit + 1 });
    return { body: page(entries, limit, { item: (entry) => entry, key: ({ id }) => id }) };
  },
);
