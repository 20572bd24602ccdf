import { PatternAnswer, TrendAnswer } from '../../shared/emotions/index.ts';
import type { ImportReport } from '../../shared/imports/report.ts';
import { until } from '../support/until.ts';
import type { ImportOptions } from './options.ts';
import type { SignedIn } from './person.ts';
import type { Series } from './series.ts';

/** What became of a series: its import, and the answers over all of it. */
export type Analysed = Omit<Series, 'table'> & {
  imported: ImportReport;
  trends: TrendAnswer;
  patterns: PatternAnswer;
  svg: string;
};

const PATIENCE_MS = 600_000;

/** Imports a series through the API and asks for everything that is known of it then. `tell` is told what is under way. */
export async function analysed(
  somebody: SignedIn,
  { table, ...series }: Series,
  { timeZone, moods }: Pick<ImportOptions, 'timeZone' | 'moods'>,
  tell: (step: string) => void,
): Promise<Analysed> {
  const query = new URLSearchParams({ timeZone, ...(moods === undefined ? {} : { moods }) });
  const imported = await importOf(somebody, table, query, tell);
  tell(`${imported.created} check-ins; computing trends and patterns …`);
  const answer = (path: string) => answerOf(somebody, path);
  const trends = TrendAnswer.parse(await answer('/v1/emotions/trends'));
  const patterns = PatternAnswer.parse(await answer('/v1/emotions/patterns'));
  const { text: svg } = await somebody.send('GET', '/v1/emotions/trends.svg?window=all');
  return { ...series, imported, trends, patterns, svg };
}

async function importOf(
  { send }: SignedIn,
  table: Series['table'],
  query: URLSearchParams,
  tell: (step: string) => void,
): Promise<ImportReport> {
  const { headers } = await send('POST', `/v1/emotions/import?${query}`, {
    body: table,
    headers: { 'Content-Type': 'text/csv' },
  });
  const path = headers.get('Location') ?? '';
  let told = '';
  tell('importing …');
  const job = await until(
    'the import ends',
    async () => {
      const { body } = await send('GET', path);
      const { done, total } = (body['progress'] ?? {}) as { done?: number; total?: number };
      const step = total ? `importing, ${Math.floor((10 * (done ?? 0)) / total)}0 %` : told;
      if (step !== told) tell(step);
      told = step;
      return ['done', 'dead'].includes(String(body['state'])) ? body : null;
    },
    PATIENCE_MS,
  );
  if (job['state'] !== 'done') throw new Error(`The import failed: ${JSON.stringify(job['error'])}`);
  return job['result'] as ImportReport;
}

/** Asked for again until it is there: a slow machine takes longer than one request may wait. */
const answerOf = ({ send }: SignedIn, path: string): Promise<unknown> =>
  until(
    `an answer of ${path}`,
    async () => {
      const { status, body } = await send('POST', path, { body: { window: 'all' }, headers: { Prefer: 'wait=10' } });
      return status === 200 ? body : null;
    },
    PATIENCE_MS,
  );
