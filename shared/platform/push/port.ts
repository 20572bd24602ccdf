/** A push as this project means it: generic words for a lock screen, ids only in `data`. */
export type PushMessage = {
  token: string;
  title: string;
  body: string;
  /** Small string map; carries `nid` (notification id) and the category, never content. */
  data: Record<string, string>;
  /** Same key = replaces on the phone: FCM collapse key, Android tag and `apns-collapse-id`. */
  collapseKey: string;
  ttlSeconds: number;
};

/**
 * What became of one message.
 * - `unregistered`: the body's `FcmError.errorCode` was `UNREGISTERED`; only this proves a dead token.
 * - `refused`: 400/401/403/404 otherwise; never retried. `systemic` means the project, not the token, is at fault.
 * - `retry`: 429, 500, 503, network; `retryAfterMs` where the other side named a time; `ambiguous` where it may have been delivered.
 */
export type PushOutcome =
  | { kind: 'accepted'; messageName: string }
  | { kind: 'unregistered' }
  | { kind: 'refused'; code: string; systemic: boolean }
  | { kind: 'retry'; code: string; status: number | undefined; retryAfterMs: number | undefined; ambiguous: boolean };

export type PushGateway = {
  /** Sends up to 500 messages in one call; outcomes in the order of the messages. Never throws for a single message's fault. */
  send(messages: readonly PushMessage[]): Promise<PushOutcome[]>;
  close(): Promise<void>;
};
