/** A push as this project means it: generic words for a lock screen, ids only in `data`. */
export type PushMessage = {
  /** The phone's address: a registration token, or a Firebase installation id where `tokenKind` says `fid`. */
  token: string;
  /** Default `token`. */
  tokenKind?: 'token' | 'fid';
  title: string;
  body: string;
  /** Small string map: `nid` is the notification's id, by which the phone drops a repeat; never content. */
  data: { nid: string; [key: string]: string };
  /**
   * Same key = replaces on the phone: FCM collapse key, Android tag and `apns-collapse-id`.
   * FCM keeps at most four keys for a phone that is offline.
   */
  collapseKey: string;
  ttlSeconds: number;
};

/**
 * What became of one message.
 * - `unregistered`: the body's `FcmError.errorCode` was `UNREGISTERED`; only this proves a dead token.
 * - `refused`: 400/401/403/404 otherwise; never retried. `systemic` means the project, not the token, is at fault.
 * - `retry`: 429, 5xx, network; `retryAfterMs` where the other side named a time; `ambiguous` where it may have been delivered.
 */
export type PushOutcome =
  | { kind: 'accepted'; messageName: string }
  | { kind: 'unregistered' }
  | { kind: 'refused'; code: string; systemic: boolean }
  | { kind: 'retry'; code: string; status: number | undefined; retryAfterMs: number | undefined; ambiguous: boolean };

export type PushGateway = {
  /** Sends up to 500 messages in one call; outcomes in the order of the messages. Never throws for a single message's fault. */
  send(messages: readonly PushMessage[]): Promise<PushOutcome[]>;
  /** Makes ready whatever the first `send` would have to wait for. Sends nothing. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
};
