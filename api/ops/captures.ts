import type Router from '@koa/router';
import { z } from 'zod';
import type { Config } from '../../shared/platform/config/index.ts';
import { permanent } from '../../shared/platform/errors.ts';
import type { ApiState } from '../context.ts';

const Mails = z.array(
  z.object({ to: z.string(), subject: z.string(), text: z.string(), html: z.string(), sentAt: z.string() }),
);
const Pushes = z.array(z.object({ token: z.string(), message: z.unknown(), outcome: z.string(), at: z.string() }));

/** `/dev/mails?to=` and `/dev/pushes?token=`: what the stand-ins captured, newest first. In development and test only. */
export function captures(router: Router<ApiState>, { APP_ENV, STAND_INS_URL }: Config): void {
  if (STAND_INS_URL === undefined || (APP_ENV !== 'development' && APP_ENV !== 'test')) return;
  const pass = (path: string, filter: string, schema: z.ZodType) =>
    router.get(`/dev${path}`, async (ctx) => {
      const url = new URL(path, STAND_INS_URL);
      const wanted = ctx.URL.searchParams.get(filter);
      if (wanted !== null) url.searchParams.set(filter, wanted);
      ctx.body = schema.parse(await captured(url));
    });
  pass('/mails', 'to', Mails);
  pass('/pushes', 'token', Pushes);
}

async function captured(url: URL): Promise<unknown> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).json();
  } catch (cause) {
    throw permanent('unavailable', 'The stand-ins do not answer.', { cause });
  }
}
