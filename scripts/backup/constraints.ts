import { escapeIdentifier, type Client } from "pg";
import { tableName } from "./tables";

/**
 * Takes away what stands in the way of loading tables in any order: foreign keys, triggers of ours, and row-level
 * security for the owner (COPY FROM does not work under it). Returns what puts it all back, which also checks every
 * foreign key. Within the caller's transaction, so nobody ever sees the tables without them.
 */
export async function liftConstraints(client: Client, tables: readonly string[]): Promise<() => Promise<void>> {
  const keys = await client.query<{ table: string; name: string; definition: string }>(
    `SELECT c.relname::text AS table, k.conname::text AS name, pg_get_constraintdef(k.oid) AS definition
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relname = ANY($1) AND c.relnamespace = 'public'::regnamespace`,
    [tables],
  );
  const forced = await client.query<{ name: string }>(
    "SELECT relname::text AS name FROM pg_class WHERE relforcerowsecurity AND relname = ANY($1) AND relnamespace = 'public'::regnamespace",
    [tables],
  );
  for (const { table, name } of keys.rows) await client.query(`ALTER TABLE ${tableName(table)} DROP CONSTRAINT ${escapeIdentifier(name)}`);
  for (const { name } of forced.rows) await client.query(`ALTER TABLE ${tableName(name)} NO FORCE ROW LEVEL SECURITY`);
  for (const name of tables) await client.query(`ALTER TABLE ${tableName(name)} DISABLE TRIGGER USER`);
  return async () => {
    for (const name of tables) await client.query(`ALTER TABLE ${tableName(name)} ENABLE TRIGGER USER`);
    for (const { table, name, definition } of keys.rows) await client.query(`ALTER TABLE ${tableName(table)} ADD CONSTRAINT ${escapeIdentifier(name)} ${definition}`);
    for (const { name } of forced.rows) await client.query(`ALTER TABLE ${tableName(name)} FORCE ROW LEVEL SECURITY`);
  };
}
