const OWN = `user_id = nullif(current_setting('app.user_id', true), '')::uuid`;

/**
 * Statements that close a user-owned table: FORCE row-level security, a policy that lets a transaction see and write
 * only the rows of the user it was begun for, and, for `planner`, the read (or write) access its narrow functions need.
 */
export function userOwned(
  table: string,
  {
    column = 'user_id',
    planner = 'select' as 'select' | 'all' | 'none',
    api = 'select, insert, update, delete',
    worker = 'select, insert, update, delete',
  } = {},
): string[] {
  const own = OWN.replace('user_id =', `${column} =`);
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy ${table}_own on ${table} to app_api, app_worker using (${own}) with check (${own})`,
    ...(planner === 'none'
      ? []
      : [
          `create policy ${table}_planner on ${table} for ${planner} to planner using (true)`,
          `grant ${planner === 'all' ? 'select, insert, update, delete' : 'select'} on ${table} to planner`,
        ]),
    ...(api ? [`grant ${api} on ${table} to app_api`] : []),
    ...(worker ? [`grant ${worker} on ${table} to app_worker`] : []),
  ];
}

/** Makes a function run as `planner` and callable by `roles` alone. `signature` is its name with argument types. */
export function plannerFunction(signature: string, roles: string): string[] {
  return [
    // A new owner must be able to create in the schema; for this one statement only.
    `grant create on schema public to planner`,
    `alter function ${signature} owner to planner`,
    `revoke create on schema public from planner`,
    `revoke execute on function ${signature} from public`,
    `grant execute on function ${signature} to ${roles}`,
  ];
}
