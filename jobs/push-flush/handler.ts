import type { Handler, PrepareContext } from '../../shared/ledger/handler.ts';
import {
  type ClaimedDelivery,
  claimDeliveries,
  type DeliveryMark,
  decideSend,
  looksSystemic,
  MAX_BATCH,
  markDeliveries,
  nextDeliveryDue,
  pushText,
  removeTokens,
  resultOf,
  SYSTEMIC_DELAY_MS,
} from '../../shared/notifications/index.ts';
import { throttled } from '../../shared/platform/errors.ts';
import type { PushGateway, PushMessage, PushOutcome } from '../../shared/platform/push/port.ts';
import type { Random } from '../../shared/platform/random.ts';
import type { Metrics } from '../../shared/platform/telemetry/metrics.ts';
import { pushFlush } from './contract.ts';

type Parts = { pushGateway: () => Promise<PushGateway>; random: Random; metrics: Metrics };
type Sendable = ClaimedDelivery & { pushToken: string };

/**
 * Claims (committed), sends outside any transaction, marks. Killed after the other side accepted, the rows are sent
 * once more when their claim runs out, under the same collapse key, so that a phone shows them once.
 */
export const pushFlushHandler = (parts: Parts): Handler<typeof pushFlush> => ({
  async prepare(_payload, context) {
    const gateway = await parts.pushGateway();
    let taken: number;
    do {
      context.signal.throwIfAborted();
      taken = await flushOnce(parts, gateway, context);
    } while (taken === MAX_BATCH);
    return undefined;
  },
  async effect(_payload, { tx, enqueue }) {
    const dueAt = await nextDeliveryDue(tx);
    if (dueAt) enqueue(pushFlush, {}, { dueAt });
  },
});

/** One claimed batch. Gives back how many rows it took. */
async function flushOnce(
  parts: Parts,
  gateway: PushGateway,
  { transaction, clock, logger }: PrepareContext,
): Promise<number> {
  const { claim, deliveries } = await transaction({ userId: null }, claimDeliveries);
  if (deliveries.length === 0) return 0;
  const now = clock.now().epochMilliseconds;
  const decided = deliveries.map((delivery) => ({ delivery, decision: decideSend(delivery, now) }));
  const sendable = decided.flatMap(({ delivery, decision }) =>
    decision.send && delivery.pushToken !== null ? [{ ...delivery, pushToken: delivery.pushToken }] : [],
  );

  const outcomes = sendable.length > 0 ? await gateway.send(sendable.map((delivery) => messageOf(delivery, now))) : [];
  const systemic = looksSystemic(outcomes);
  const results = sendable.map((delivery, index) => ({
    delivery,
    result: resultOf(outcomes[index] ?? LOST, delivery, now, parts.random),
  }));
  const marks: DeliveryMark[] = [
    ...decided.flatMap(({ delivery, decision }) =>
      decision.send
        ? []
        : [
            {
              deliveryId: delivery.deliveryId,
              state: decision.state,
              reason: decision.reason,
              delayMs: 0,
              messageName: null,
            },
          ],
    ),
    ...results.map(({ delivery, result }) => ({ deliveryId: delivery.deliveryId, ...result })),
  ];
  const dead = systemic ? [] : results.filter(({ result }) => result.removeToken).map(({ delivery }) => delivery);
  await transaction({ userId: null }, async (tx) => {
    await markDeliveries(tx, claim, marks);
    await removeTokens(tx, dead);
  });
  for (const { delivery, result } of results)
    parts.metrics.pushTotal.inc({ kind: delivery.kind, outcome: result.state });

  parts.metrics.breakerState.set({ dependency: 'fcm' }, systemic ? 1 : 0);
  if (systemic) {
    logger.error({ sent: sendable.length }, 'FCM refuses the project, not single tokens; no token was removed');
    throw throttled('push_project_refused', 'FCM refuses this project.', SYSTEMIC_DELAY_MS);
  }
  const pause = longestThrottle(outcomes);
  if (pause > 0) throw throttled('push_throttled', 'FCM asked for a pause.', pause);
  return deliveries.length;
}

const LOST: PushOutcome = {
  kind: 'retry',
  code: 'no_answer',
  status: undefined,
  retryAfterMs: undefined,
  ambiguous: true,
};

/** A 429 slows everybody's pushes, not only the one that met it. */
const longestThrottle = (outcomes: readonly PushOutcome[]): number =>
  Math.max(
    0,
    ...outcomes.map((outcome) =>
      outcome.kind === 'retry' && outcome.status === 429 ? (outcome.retryAfterMs ?? 60_000) : 0,
    ),
  );

const messageOf = (delivery: Sendable, now: number): PushMessage => ({
  token: delivery.pushToken,
  tokenKind: delivery.pushKind ?? 'token',
  ...pushText(delivery.kind, delivery.languagePreference),
  data: { nid: delivery.notificationId, category: delivery.kind },
  collapseKey: delivery.notificationId,
  ttlSeconds: Math.max(1, Math.floor((delivery.expiresAt - now) / 1_000)),
});
