import { z } from 'zod';
import { recomputeAfterCheckin } from '../../../jobs/recompute.ts';
import {
  type CheckinOutcome,
  type CheckinRefusal,
  type NamedCheckin,
  NewCheckin,
  recordCheckins,
} from '../../../shared/emotions/index.ts';
import { CheckinId } from '../../../shared/platform/ids.ts';
import { fieldProblems } from '../../middleware/guard.ts';
import { PROBLEMS } from '../../problems.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';

const ClientId = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'Your own name for the check-in. Sent again under it, the check-in is recorded once.' });

// Only the name is checked with the body: what else is wrong with an item is that item's problem.
const Batch = z.strictObject({
  items: z
    .array(z.looseObject({ clientId: ClientId }).meta({ id: 'NamedCheckin', override: asItShouldBe }))
    .min(1)
    .max(500),
});

/** The OpenAPI document shows a whole check-in, not how little of it decides whether the batch is read. */
function asItShouldBe({ jsonSchema }: { jsonSchema: object }): void {
  const whole = z.toJSONSchema(NewCheckin.safeExtend({ clientId: ClientId }), { io: 'input' });
  Object.assign(jsonSchema, { ...whole, $schema: undefined, id: undefined });
}

const ItemProblem = z.object({
  code: z.enum(['invalid_body', 'not_found', 'client_id_reused']),
  title: z.string(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
});

const BatchAnswer = z.object({
  items: z
    .array(
      z.object({
        clientId: z.string(),
        status: z.enum(['created', 'existing', 'rejected']),
        id: CheckinId.optional(),
        problem: ItemProblem.optional(),
      }),
    )
    .meta({ description: 'One for each item, in their order' }),
});

export const postBatch = defineRoute(
  {
    method: 'POST',
    path: '/emotions/batch',
    summary: 'Record check-ins collected offline',
    description:
      'Each item is accepted or rejected for itself. Safe to repeat: a `clientId` is recorded once. What was undone since stays undone; it is answered `existing` under the id it had.',
    tag: 'emotions',
    who: 'user',
    body: Batch,
    bodyLimit: 'batch',
    response: BatchAnswer,
    status: 200,
    idempotent: true,
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, body, clock, deps, prepared: cipher }) => {
      const now = clock.now();
      const items = body.items.map(readItem);
      const named = items.flatMap(({ checkin }) => checkin ?? []);
      const outcomes = (await recordCheckins(tx, user.id, cipher, named, now)).values();
      const answers = items.map((item) => answerOf(item.clientId, item.refusal ?? outcomes.next().value));
      const created = answers.filter(({ status }) => status === 'created').length;
      if (created > 0) {
        recomputeAfterCheckin(tx, user.id, now);
        tx.afterCommit(() => deps.metrics.businessTotal.inc({ event: 'checkin' }, created));
      }
      return { body: { items: answers } };
    },
  },
);

type Item = { clientId: string; checkin?: NamedCheckin; refusal?: CheckinOutcome };

function readItem({ clientId, ...fields }: z.output<typeof Batch>['items'][number]): Item {
  const read = NewCheckin.safeParse(fields);
  if (read.success) return { clientId, checkin: { clientId, checkin: read.data } };
  const errors = read.error.issues.flatMap(fieldProblems);
  return { clientId, refusal: { status: 'rejected', refusal: { code: 'invalid_body', errors } } };
}

function answerOf(clientId: string, outcome: CheckinOutcome | undefined): z.input<typeof BatchAnswer>['items'][number] {
  if (!outcome) throw new Error('every item has an outcome');
  if (outcome.status === 'rejected') return { clientId, status: outcome.status, problem: problemOf(outcome.refusal) };
  return { clientId, status: outcome.status, id: outcome.id };
}

const problemOf = ({ code, errors }: CheckinRefusal): z.input<typeof ItemProblem> => ({
  code,
  title: code === 'client_id_reused' ? 'The clientId was used for another check-in.' : PROBLEMS[code].title,
  errors,
});
