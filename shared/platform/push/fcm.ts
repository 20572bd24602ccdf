import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from 'firebase-admin/app';
import type { Messaging } from 'firebase-admin/messaging';
import { type Clock, systemClock } from '../clock.ts';
import { permanent } from '../errors.ts';
import { reportLostAnswers } from './lost-answers.ts';
import { fcmMessage } from './message.ts';
import { lostOutcome, outcomeOfFailure } from './outcome.ts';
import type { PushGateway, PushOutcome } from './port.ts';
import { readServiceAccount, type ServiceAccount } from './service-account.ts';

type Options = {
  /** The parsed JSON of a Google service account. */
  credentials: object;
  clock?: Clock;
  /** After so long a call gives up; above the SDK's own 15 s for a single message. */
  deadlineMs?: number;
};

const largestBatch = 500;

/**
 * Firebase Cloud Messaging through the Firebase Admin SDK. The SDK is loaded by `warmUp` or the first `send`, so
 * that only a process that pushes carries it.
 */
export function fcmPushGateway({ credentials, clock = systemClock, deadlineMs = 30_000 }: Options): PushGateway {
  const account = readServiceAccount(credentials);
  let connection: Promise<Connection> | undefined;
  const connected = () => (connection ??= connect(account));
  return {
    warmUp: async () => void (await connected()),
    async send(messages) {
      if (messages.length === 0) return [];
      if (messages.length > largestBatch) {
        throw permanent('push_batch_too_large', `At most ${largestBatch} messages go in one call.`);
      }
      const { messaging } = await connected();
      const sent = messaging.sendEach(messages.map((message) => fcmMessage(message, clock.now())));
      const result = await within(deadlineMs, sent);
      if (result === undefined) return messages.map(() => lostOutcome('network_timeout'));
      return result.responses.map(
        ({ messageId, error }): PushOutcome =>
          messageId === undefined ? outcomeOfFailure(error, clock.now()) : { kind: 'accepted', messageName: messageId },
      );
    },
    close: async () => (await connection)?.close(),
  };
}

type Connection = { messaging: Messaging; close(): Promise<void> };

async function connect(account: ServiceAccount): Promise<Connection> {
  const [{ cert, deleteApp, initializeApp }, { getMessaging }] = await Promise.all([
    import('firebase-admin/app'),
    import('firebase-admin/messaging'),
  ]);
  // A name of its own: the SDK keeps its apps in a global registry, where two gateways would meet.
  const app: App = initializeApp({ credential: cert(account) }, randomUUID());
  const messaging = getMessaging(app);
  leaveRetriesToTheLedger(messaging);
  const stopReporting = reportLostAnswers();
  return {
    messaging,
    close: async () => {
      stopReporting();
      await deleteApp(app);
    },
  };
}

/**
 * The SDK repeats 503s, resets and time-outs itself, four times and without jitter: 82 s for a message that hangs, while
 * its 499 neighbours wait for their outcomes and no breaker hears of it. It has no setting for that, hence the reach
 * into its internals; should they move, the SDK merely retries again (a test counts the attempts).
 */
function leaveRetriesToTheLedger(messaging: Messaging): void {
  const retry = ['messagingRequestHandler', 'http2Client', 'retry'].reduce<unknown>(
    (holder, key) => (typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined),
    messaging,
  );
  if (typeof retry === 'object' && retry !== null && 'maxRetries' in retry) retry.maxRetries = 0;
}

/** `undefined` when `ms` pass first. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([work, pause(ms, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
