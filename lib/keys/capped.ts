import type { Tx } from "@/lib/platform/db";
import { listCappedKeyRows } from "@/lib/keys/repo";

/** Keys of the transaction's tenant that have a cap of their own and are not revoked, by name. */
export function listCappedKeys(tx: Tx, tenantId: string): Promise<{ id: string; name: string }[]> {
  return listCappedKeyRows(tx, tenantId);
}
