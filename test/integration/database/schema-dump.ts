import type { Client } from 'pg';

/**
 * Everything the migrations make, one line a thing: tables, columns, constraints, indexes, functions, policies, rights and
 * the rows they insert. Left out: what the migrator itself keeps, and partitions, which come and go.
 */
export async function schemaDump(outside: Client): Promise<string[]> {
  const lines: string[] = [];
  for (const sql of STATEMENTS) {
    const { rows } = await outside.query<{ line: string }>(sql);
    lines.push(...rows.map(({ line }) => line).sort());
  }
  return lines;
}

const RELATIONS = `
  (select * from pg_class where relnamespace = 'public'::regnamespace
     and relname !~ '^migration' and relname !~ '_([0-9]{4}|[0-9]{6}|[0-9]{8})(_|$)') as c`;

const STATEMENTS = [
  `select format('schema %s', nspacl) as line from pg_namespace where nspname = 'public'`,
  `select format('relation %s %s %s owner %s rights %s security %s %s options %s', relkind, relname,
     pg_get_expr(relpartbound, oid), relowner::regrole, relacl, relrowsecurity, relforcerowsecurity, reloptions) as line
   from ${RELATIONS}`,
  `select format('column %s.%s %s null %s default %s', relname, attname, format_type(atttypid, atttypmod), not attnotnull,
     pg_get_expr(adbin, adrelid)) as line
   from ${RELATIONS} join pg_attribute on attrelid = c.oid and attnum > 0 and not attisdropped
   left join pg_attrdef on adrelid = attrelid and adnum = attnum`,
  `select format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(k.oid)) as line
   from ${RELATIONS} join pg_constraint k on conrelid = c.oid`,
  `select pg_get_indexdef(indexrelid) as line from ${RELATIONS} join pg_index on indrelid = c.oid`,
  `select format('function owner %s rights %s %s', proowner::regrole, proacl, pg_get_functiondef(oid)) as line
   from pg_proc where pronamespace = 'public'::regnamespace`,
  `select format('policy %s', p) as line from pg_policies p where schemaname = 'public'`,
  ...['emotion_type', 'achievement_type'].map(
    (table) =>
      `select unnest(xpath('//row/text()', query_to_xml('select t::text as row from ${table} t', true, false, '')))::text as line
       where to_regclass('${table}') is not null`,
  ),
];
