import { type Catalog, catalog } from '../jobs/catalog.ts';
import { type Handlers, handlers } from '../jobs/handlers.ts';
import type { Deps } from '../shared/compose.ts';
import type { Registry } from './job-runner.ts';

/** Contracts by their names on the wire, each with its handler. */
export function buildRegistry(deps: Deps): Registry {
  const all: Handlers = handlers(deps);
  const keys = Object.keys(catalog) as (keyof Catalog)[];
  return new Map(keys.map((key) => [catalog[key].name, { contract: catalog[key], handler: all[key] }]));
}
