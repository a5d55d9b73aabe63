import { escapeIdentifier, type Client } from "pg";
import { tableName } from "./tables";

/**
 * A projection remembers how far it has read as a transaction number, and rows carry the number of the transaction
 * that wrote them. Another server counts from elsewhere: numbers from a backup may lie far in its future, and what is
 * written next would count as read long ago. So every number becomes one just before this transaction's own, in such a
 * way that what was before a watermark still is.
 */
export async function translateTransactionIds(client: Client): Promise<void> {
  const columns = await client.query<{ table: string; column: string }>(
    `SELECT c.relname::text AS table, a.attname::text AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.atttypid = 'xid8'::regtype AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'projection'`,
  );
  await client.query(
    `CREATE TEMP TABLE restored_watermark ON COMMIT DROP AS
     SELECT mark, (pg_current_xact_id()::text::numeric - count(*) OVER () + row_number() OVER (ORDER BY mark))::text::xid8 AS translated
     FROM (SELECT DISTINCT watermark AS mark FROM public.projection) marks`,
  );
  const translate = (column: string): string =>
    `coalesce((SELECT max(w.translated) FROM restored_watermark w WHERE w.mark <= ${column}),
              (SELECT (min(w.translated)::text::numeric - 1)::text::xid8 FROM restored_watermark w), ${column})`;
  for (const { table, column } of columns.rows) {
    await client.query(`UPDATE ${tableName(table)} SET ${escapeIdentifier(column)} = ${translate(escapeIdentifier(column))}`);
  }
  await client.query(`UPDATE public.projection SET watermark = ${translate("watermark")}`);
}
