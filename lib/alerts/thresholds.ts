import type { Tx } from "@/lib/platform/db";
import { checkThresholdRows, findAnomalyRows } from "@/lib/alerts/repo";

/** Records what a change of limits has crossed, in the transaction that changes them. */
export function checkThresholds(tx: Tx, tenantId: string): Promise<void> {
  return checkThresholdRows(tx, tenantId);
}

/** Records hours that cost far more than usual. Called each minute by workers; several at once do no harm. */
export function findAnomalies(): Promise<number> {
  return findAnomalyRows();
}
