import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('migrations/', import.meta.url);

/** Writes an empty migration named after `now` (UTC) and lists it in `migrations/index.ts`. Gives back where. */
export async function createMigration(name: string, now: Temporal.Instant): Promise<string> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error('A migration is named in lower case, digits and underscores.');
  const stamp = now.toString({ smallestUnit: 'second' }).replaceAll(/[-:TZ]/g, '');
  const full = `${stamp}_${name}`;
  const path = new URL(`${full}.ts`, FOLDER);
  await writeFile(path, template(full), { flag: 'wx' });
  const index = new URL('index.ts', FOLDER);
  const list = await readFile(index, 'utf8');
  await writeFile(
    index,
    list
      .replace(/\n\n\/\*\* Every/, `\nimport { Migration${full} } from './${full}.ts';\n\n/** Every`)
      .replace(/\n\];\n$/, `\n  { name: '${full}', class: Migration${full} },\n];\n`),
  );
  return fileURLToPath(path);
}

const template = (full: string) => `import { Migration } from '@mikro-orm/migrations';

/** Why this change is needed. */
export class Migration${full} extends Migration {
  override up(): void {
    this.addSql(\`\`);
  }

  override down(): void {
    this.addSql(\`\`);
  }
}
`;
