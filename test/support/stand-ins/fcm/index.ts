import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Socket } from 'node:net';
import { type Clock, systemClock } from '../../../../shared/platform/clock.ts';
import { jsonListener } from '../json-http.ts';
import { listenOnLoopback } from '../listener.ts';
import { recentCaptures } from '../recent-captures.ts';
import { accessTokens } from './access-tokens.ts';
import { controlHandler } from './control.ts';
import { type FaultScript, faultScripts } from './faults.ts';
import { type CapturedPush, sendsHandler } from './sends.ts';
import { type ServiceAccount, throwAwayServiceAccount } from './service-account.ts';

export type { FaultScript } from './faults.ts';
export type { CapturedPush } from './sends.ts';
export { type ServiceAccount, throwAwayServiceAccount } from './service-account.ts';

export type FcmStandIn = {
  /** One address for all: HTTP/2 without TLS for sends, HTTP/1.1 for the token endpoint and the control routes. */
  url: string;
  port: number;
  /** Whose assertions are honoured and whose project is known; the value for `FIREBASE_CREDENTIALS`. */
  serviceAccount: ServiceAccount;
  /** What the next sends to `token` (`*` = to any) shall meet; replaces an earlier script. */
  script(token: string, faults: FaultScript): void;
  /** The last 100,000 sends, newest first. */
  pushes(filter?: { token?: string }): CapturedPush[];
  stop(): Promise<void>;
};

type Options = {
  port?: number;
  serviceAccount?: ServiceAccount;
  /** Life of an access token; short ones make the SDK fetch a new one for every call. */
  tokenLifetimeSeconds?: number;
  clock?: Clock;
};

/**
 * FCM's HTTP v1 API and Google's token endpoint, strict about both: what the real ones refuse is refused here with the
 * same bodies. Faults are scripted per token, or asked for by the token's prefix (see `faults.ts`).
 */
export async function startFcmStandIn(options: Options = {}): Promise<FcmStandIn> {
  const { port = 0, tokenLifetimeSeconds, clock = systemClock } = options;
  const serviceAccount = options.serviceAccount ?? (await throwAwayServiceAccount());
  const tokens = accessTokens(serviceAccount, clock, tokenLifetimeSeconds);
  const faults = faultScripts();
  const captures = recentCaptures<CapturedPush>();

  const http2 = createHttp2Server({ settings: { maxConcurrentStreams: 100 } });
  http2.on('stream', sendsHandler({ projectId: serviceAccount.project_id, tokens, faults, captures, clock }));
  http2.on('sessionError', () => {});
  const http1 = createHttpServer(jsonListener(controlHandler({ tokens, faults, captures })));
  const { port: boundPort, stop } = await listenOnLoopback(createServer(bothOnOnePort), port);

  function bothOnOnePort(socket: Socket): void {
    socket.on('error', () => {});
    socket.once('data', (start) => {
      socket.pause();
      socket.unshift(start);
      const server = start.toString('latin1', 0, 3) === 'PRI' ? http2 : http1;
      server.emit('connection', socket);
      if (server === http1) socket.resume();
    });
  }

  return {
    url: `http://127.0.0.1:${boundPort}`,
    port: boundPort,
    serviceAccount,
    script: faults.script,
    pushes: ({ token } = {}) => captures.newestFirst((push) => token === undefined || push.token === token),
    stop,
  };
}
