import { z } from 'zod';
import type { JsonAnswer, JsonRequest } from '../json-http.ts';
import type { RecentCaptures } from '../recent-captures.ts';
import type { AccessTokens } from './access-tokens.ts';
import { Fault, type FaultScripts } from './faults.ts';
import type { CapturedPush } from './sends.ts';

const Script = z.strictObject({ token: z.string(), faults: z.array(Fault) });

type Control = { tokens: AccessTokens; faults: FaultScripts; captures: RecentCaptures<CapturedPush> };

/**
 * The plain HTTP side: Google's token endpoint, and for other processes
 * `POST /control/script {token, faults}` and `GET /control/pushes?token=` (newest first).
 */
export const controlHandler =
  ({ tokens, faults, captures }: Control) =>
  async ({ method, url, body }: JsonRequest): Promise<JsonAnswer> => {
    const route = `${method} ${url.pathname}`;
    if (route === 'POST /token') return tokens.grant(new URLSearchParams(body));
    if (route === 'POST /control/script') {
      const script = Script.parse(JSON.parse(body));
      faults.script(script.token, script.faults);
      return { status: 200, body: { scripted: script.faults.length } };
    }
    if (route === 'GET /control/pushes') {
      const token = url.searchParams.get('token');
      return { status: 200, body: captures.newestFirst((push) => token === null || push.token === token) };
    }
    return { status: 404, body: { error: `no such route: ${route}` } };
  };
