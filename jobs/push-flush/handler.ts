import type { Handler, PrepareContext } from '../../shared/ledger/handler.ts';
import {
  type ClaimedDelivery,
  claimDeliveries,
  decideSend,
  looksSystemic,
  MAX_BATCH,
  markDeliveries,
  nextDeliveryDue,
  pauseAskedFor,
  pushText,
  removeTokens,
  resultOf,
  SYSTEMIC_DELAY_MS,
} from '../../shared/notifications/index.ts';
import { throttled } from '../../shared/platform/errors.ts';
import { lostOutcome } from '../../shared/platform/push/outcome.ts';
import type { PushGateway, PushMessage } from '../../shared/platform/push/port.ts';
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
  { random, metrics }: Parts,
  gateway: PushGateway,
  { transaction, clock, logger }: PrepareContext,
): Promise<number> {
  const { claim, deliveries } = await transaction({ userId: null }, claimDeliveries);
  if (deliveries.length === 0) return 0;
  const now = clock.now().epochMilliseconds;
  const { sendable, withheld } = judged(deliveries, now);

  const outcomes = sendable.length > 0 ? await gateway.send(sendable.map((delivery) => messageOf(delivery, now))) : [];
  const sent = sendable.map((delivery, index) => ({
    delivery,
    result: resultOf(outcomes[index] ?? lostOutcome('no_answer'), delivery, now, random),
  }));
  const systemic = looksSystemic(outcomes);
  const dead = systemic ? [] : sent.filter(({ result }) => result.removeToken).map(({ delivery }) => delivery);
  const settled = [...withheld, ...sent];
  await transaction({ userId: null }, async (tx) => {
    const marks = settled.map(({ delivery: { deliveryId }, result }) => ({ deliveryId, ...result }));
    await markDeliveries(tx, claim, marks);
    await removeTokens(tx, dead);
  });

  for (const { delivery, result } of settled) metrics.pushTotal.inc({ kind: delivery.kind, outcome: result.state });
  metrics.breakerState.set({ dependency: 'fcm' }, systemic ? 1 : 0);
  if (systemic) {
    logger.error({ sent: sendable.length }, 'FCM refuses the project, not single tokens; no token was removed');
    throw throttled('push_project_refused', 'FCM refuses this project.', SYSTEMIC_DELAY_MS);
  }
  const pause = pauseAskedFor(outcomes);
  if (pause > 0) throw throttled('push_throttled', 'FCM asked for a pause.', pause);
  return deliveries.length;
}

/** What is to be sent, and what is not, with its reason. */
function judged(deliveries: readonly ClaimedDelivery[], now: number) {
  const sendable: Sendable[] = [];
  const withheld: { delivery: ClaimedDelivery; result: { state: string; reason: string } }[] = [];
  for (const delivery of deliveries) {
    const decision = decideSend(delivery, now);
    if (decision.send) sendable.push({ ...delivery, pushToken: decision.pushToken });
    else withheld.push({ delivery, result: { state: decision.state, reason: decision.reason } });
  }
  return { sendable, withheld };
}

const messageOf = (delivery: Sendable, now: number): PushMessage => ({
  token: delivery.pushToken,
  tokenKind: delivery.pushKind ?? 'token',
  ...pushText(delivery.kind, delivery.languagePreference),
  data: { nid: delivery.notificationId, category: delivery.kind },
  collapseKey: delivery.notificationId,
  ttlSeconds: Math.max(1, Math.floor((delivery.expiresAt - now) / 1_000)),
});
