import { readFile, writeFile } from 'node:fs/promises';
import { routes } from '../routes/index.ts';
import { openApiDocument } from './document.ts';

/** `node api/openapi/write.ts` writes docs/openapi.json; with `--check` it fails when that is not what it would write. */
const FILE = new URL('../../docs/openapi.json', import.meta.url);

const document = `${JSON.stringify(openApiDocument(routes), null, 2)}\n`;
if (!process.argv.includes('--check')) await writeFile(FILE, document);
else if ((await readFile(FILE, 'utf8').catch(() => '')) !== document) {
  console.error('docs/openapi.json is not in step with the routes: run `node api/openapi/write.ts`.');
  process.exitCode = 1;
}
