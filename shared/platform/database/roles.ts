import { escapeLiteral } from 'pg';

/** Passwords of the three roles that sign in; `planner` never does. */
export type RolePasswords = { owner: string; api: string; worker: string };

/**
 * SQL that creates the roles every Amira database stands on, safe to run again (it then renews the passwords).
 * Run it once per server as an administrator, before the first migration; then `CREATE DATABASE amira OWNER owner`.
 *
 * - `owner` owns databases and tables and runs migrations.
 * - `app_api`, `app_worker` are what the processes sign in as.
 * - `planner` cannot sign in. It owns the few SECURITY DEFINER functions that look across users, because a function of
 *   the tables' owner would see no rows under FORCE ROW LEVEL SECURITY; `owner` is a member so that it can hand them over.
 *
 * SUPERUSER and BYPASSRLS are only checked, not revoked: managed servers let nobody name them in ALTER ROLE.
 */
export const rolesSql = (passwords: RolePasswords): string => `
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['owner', 'app_api', 'app_worker', 'planner'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
  END LOOP;
  IF EXISTS (
    SELECT FROM pg_roles
    WHERE rolname IN ('owner', 'app_api', 'app_worker', 'planner') AND (rolsuper OR rolbypassrls)
  ) THEN
    RAISE EXCEPTION 'a role of Amira is SUPERUSER or has BYPASSRLS: row-level security would not bind it';
  END IF;
END $$;
ALTER ROLE owner LOGIN PASSWORD ${escapeLiteral(passwords.owner)};
ALTER ROLE app_api LOGIN PASSWORD ${escapeLiteral(passwords.api)};
ALTER ROLE app_worker LOGIN PASSWORD ${escapeLiteral(passwords.worker)};
GRANT planner TO owner;
`;
