/** What other features ask about tools inside their own transactions. */
import { isId } from "@/lib/core/ids";
import { withTenant, type Tx } from "@/lib/platform/db";
import { findToolRows, listToolNameRows } from "@/lib/tools/repo";

/** Those of these ids that are no tool of the tenant, or an archived one, in their order. */
export async function findMissingTools(tx: Tx, tenantId: string, ids: readonly string[]): Promise<string[]> {
  const known = new Set((await findToolRows(tx, tenantId, ids.filter((id) => isId("tol", id)))).map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

export type ToolChoice = { id: string; name: string; kind: string; description: string };

/** All of the tenant's tools by name, to choose from. */
export function listToolChoices(tenantId: string): Promise<ToolChoice[]> {
  return withTenant(tenantId, (tx) => listToolNameRows(tx, tenantId));
}
