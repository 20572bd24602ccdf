import { afterAll, beforeAll } from '@jest/globals';
import { buildApp } from '../../../api/app.ts';
import type { Route } from '../../../api/route.ts';
import { type ApiClient, serveApp } from './client.ts';
import { apiDeps } from './deps.ts';

/** `routes` over a socket, with no database behind them. The port is there once `beforeAll` has run. */
export function servedAlone(routes: readonly Route[], settings: Record<string, string> = {}) {
  const deps = apiDeps(settings);
  let client: ApiClient;
  beforeAll(async () => {
    client = await serveApp(buildApp(deps, routes), deps.config.REQUEST_TIMEOUT);
  });
  afterAll(() => client.close());
  const send: ApiClient['send'] = (...request) => client.send(...request);
  return {
    deps,
    send,
    get port() {
      return client.port;
    },
  };
}
