import { withTenant } from "@/lib/platform/db";
import { findGlanceRows } from "@/lib/runs/list/repo";

/** What a list shows of a run beside its summary. `input`: its beginning on one line; null: the contents were deleted. */
export type Glance = { input: string | null; askedBy: { kind: "key"; name: string } | { kind: "schedule" | "browser" } };

/** Characters of an input that a list has room for. */
const PREVIEW = 160;

/** What was asked of these runs, and by what, by their ids. Of an input only the beginning is read. */
export async function readGlances(tenantId: string, ids: readonly string[]): Promise<Map<string, Glance>> {
  if (ids.length === 0) return new Map();
  const rows = await withTenant(tenantId, (tx) => findGlanceRows(tx, tenantId, ids, PREVIEW + 1));
  return new Map(rows.map(({ id, beginning, keyName, scheduled }) => [id, {
    input: beginning === null ? null : oneLine(beginning),
    askedBy: keyName !== null ? { kind: "key", name: keyName } : { kind: scheduled ? "schedule" : "browser" },
  }]));
}

function oneLine(beginning: string): string {
  // Characters, not halves of them.
  const shown = [...beginning];
  const text = shown.slice(0, PREVIEW).join("").replace(/\s+/g, " ").trim();
  return shown.length > PREVIEW ? `${text}…` : text;
}
