import { expect, it } from '@jest/globals';
import { listen } from '../../../shared/platform/database/listener.ts';
import { errorCodeOf } from '../../../shared/platform/errors.ts';
import { ownDatabase } from '../../support/own-database.ts';

const test = ownDatabase();

const at = (url: string, onError: (error: unknown) => void) =>
  ({ url, tls: false, applicationName: 'a listener', channel: 'words', onError }) as const;

it('a listener that can never connect says why, and stays silent once closed', async () => {
  const failed = Promise.withResolvers<unknown>();
  let errors = 0;
  const listener = listen(
    at('postgresql://nobody@127.0.0.1:1/none', (error) => {
      errors += 1;
      failed.resolve(error);
    }),
    () => {},
  );
  expect(errorCodeOf(await failed.promise)).toBe('ECONNREFUSED');
  await listener.close();
  expect(errors).toBe(1);
});

it('a listener whose connection breaks says so and connects anew', async () => {
  const broken = Promise.withResolvers<unknown>();
  const connected = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const listener = listen(at(test.api.url, broken.resolve), () => connected.shift()?.resolve());
  const [first, second] = connected;
  await first?.promise;
  await test.look(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'a listener'`);
  expect(errorCodeOf(await broken.promise)).toBe('57P01');
  await second?.promise;
  await listener.close();
});
