import { openApiDocument } from '../../../../api/openapi/document.ts';
import { routes } from '../../../../api/routes/index.ts';

/** A route that is read: its path as the document has it, and the names of its query's parameters. */
export type ReadRoute = { path: string; query: readonly string[] };

type Parameter = { name: string; in: string } | { $ref: string };
type Document = { paths: Record<string, Record<string, { parameters?: readonly Parameter[] }>> };

/** Every GET of the OpenAPI document. */
export const readRoutes: readonly ReadRoute[] = Object.entries(
  (openApiDocument(routes) as unknown as Document).paths,
).flatMap(([path, { get }]) => (get ? [{ path, query: queryOf(get.parameters ?? []) }] : []));

function queryOf(parameters: readonly Parameter[]): string[] {
  return parameters.flatMap((parameter) => ('in' in parameter && parameter.in === 'query' ? [parameter.name] : []));
}
