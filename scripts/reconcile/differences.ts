import type { ClientBase } from "pg";
import { describeDifference, type CheckName } from "@/lib/reconciliation/schema";

type Row = { id: string; tenant_id: string | null; check_name: CheckName; period_start: Date | null; subject: string; expected: string; found: string };
const PAGE = 1_000;

/** What a sweep wrote down, a line each, a page at a time. */
export async function* readDifferences(client: ClientBase, sweepId: string): AsyncGenerator<string> {
  let after = "";
  for (;;) {
    const { rows } = await client.query<Row>(
      `SELECT id, tenant_id, check_name, period_start, subject, expected, found FROM reconciliation_difference WHERE reconciliation_id = $1 AND id > $2 ORDER BY id LIMIT ${PAGE}`,
      [sweepId, after],
    );
    for (const row of rows) {
      const words = describeDifference({ check: row.check_name, periodStart: row.period_start?.toISOString() ?? null, subject: row.subject, expected: Number(row.expected), found: Number(row.found) });
      yield `${row.tenant_id ?? "platform"}: ${words}`;
    }
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.id ?? "";
  }
}
