import { escapeIdentifier, type Client } from "pg";
import { Problem } from "../problem";
import type { TableShape } from "./format";

/** Filled by migrations and not by people: a database that holds rows only here is empty. */
export const BUILT_IN_TABLES: ReadonlySet<string> = new Set(["plan", "projection"]);

/** The product's tables with their columns. Migrations are recorded by name; the job queue's schema is left out (see README). */
export async function listTables(client: Client): Promise<TableShape[]> {
  const result = await client.query<TableShape>(
    `SELECT c.relname::text AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> '_prisma_migrations' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.relname ORDER BY c.relname`,
  );
  return result.rows;
}

/** Names of the migrations that are in force, oldest first. */
export async function listApplied(client: Client): Promise<string[]> {
  const table = await client.query<{ exists: boolean }>("SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS exists");
  if (!table.rows[0]?.exists) throw new Problem("This database was never migrated: run npm run migrate first.");
  const result = await client.query<{ name: string }>(
    "SELECT migration_name AS name FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name",
  );
  return result.rows.map((row) => row.name);
}

/**
 * Row-level security hides rows without a word, and a backup of what is left would look whole. Throws Problem unless
 * this role sees every row of every table.
 */
export async function requireSight(client: Client): Promise<void> {
  const result = await client.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_class c JOIN pg_roles me ON me.rolname = current_user
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
       AND NOT me.rolsuper AND NOT me.rolbypassrls AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE'))
       AND NOT EXISTS (
         SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r')
           AND pg_get_expr(p.polqual, p.polrelid) = 'true'
           AND EXISTS (SELECT 1 FROM unnest(p.polroles) r WHERE r = 0 OR pg_has_role(r, 'USAGE')))
     ORDER BY 1`,
  );
  if (result.rows.length > 0) {
    throw new Problem(`This role cannot see every row of ${result.rows.map((row) => row.name).join(", ")}: use the role that owns the tables (DATABASE_MIGRATE_URL).`);
  }
}

/** Qualified and quoted. */
export function tableName(name: string): string {
  return `public.${escapeIdentifier(name)}`;
}

export function columnList(columns: readonly string[]): string {
  return columns.map((column) => escapeIdentifier(column)).join(", ");
}
