import { buildApp } from '../../../api/app.ts';
import type { Route } from '../../../api/route.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import { freshDatabase, openTestDatabase } from '../database.ts';
import { type ApiClient, serveApp } from './client.ts';
import { type ApiDeps, apiDeps } from './deps.ts';
import { newPerson, type Person } from './person.ts';

export type { Person } from './person.ts';

export type ServedApi = {
  deps: ApiDeps;
  client: ApiClient;
  /** The same database as a worker process sees it. */
  worker: Database;
  /** Somebody new, verified and signed in. */
  person(): Promise<Person>;
  close(): Promise<void>;
};

/** `routes` over a socket, on a database of the test's own. */
export async function serveRoutes(routes: readonly Route[]): Promise<ServedApi> {
  const fresh = await freshDatabase();
  const [database, worker] = await Promise.all([openTestDatabase(fresh.urls.api), openTestDatabase(fresh.urls.worker)]);
  const deps = apiDeps({}, { database });
  const client = await serveApp(buildApp(deps, routes));
  return {
    deps,
    client,
    worker,
    person: () => newPerson(deps, client),
    async close() {
      await client.close();
      await Promise.all([database.close(), worker.close()]);
      await fresh.drop();
    },
  };
}
