/** Proves that runs, leases, counters, ledger and rollups agree. What differs is written down and shown, never put right. */
import { AppError } from "@/lib/core/errors";
import { log } from "@/lib/platform/log";
import { reportError } from "@/lib/platform/report-error";
import { toDifference, toSweepReport } from "@/lib/reconciliation/present";
import { askAsApplication, beginSweep, endSweep, findLastSweepRow, reconcileTenantRow, sweepNext, type Ask } from "@/lib/reconciliation/repo";
import type { Difference, SweepReport } from "@/lib/reconciliation/schema";

/** How many differences the page shows; the script tells them all. */
const MOST_SHOWN = 200;

/**
 * Compares everybody, one tenant a transaction. Returns the sweep's id, how many tenants it saw and how many differences
 * it found; null when there was nothing to do, or another process took over.
 */
export async function sweepEverybody(ask: Ask, kind: "daily" | "script"): Promise<{ id: string; tenants: number; differences: number } | null> {
  const id = await beginSweep(ask, kind);
  if (id === null) return null;
  let tenants = 0;
  for (let last = await sweepNext(ask, id, ""); last; last = await sweepNext(ask, id, last.tenant_id)) tenants += 1;
  const differences = await endSweep(ask, id);
  return differences === null ? null : { id, tenants, differences };
}

/** The day's sweep, by whichever worker comes first. */
export async function reconcileDaily(): Promise<void> {
  const sweep = await sweepEverybody(askAsApplication, "daily");
  if (!sweep) return;
  const facts = { reconciliation_id: sweep.id, tenants: sweep.tenants, differences: sweep.differences };
  log().info(facts, sweep.differences === 0 ? "usage reconciled" : "usage does not reconcile: see the platform page of the back office");
  if (sweep.differences > 0) reportError(new Error(`Usage does not reconcile: ${sweep.differences} differences.`), { job: "reconcile usage" });
}

/**
 * Compares one tenant, by id or slug, now, for a member of staff.
 * @throws AppError `invalid_field` when there is none
 */
export async function reconcileTenant(staffId: string, tenant: string): Promise<Difference[]> {
  try {
    return (await reconcileTenantRow(staffId, tenant)).map((row) => toDifference(row, null));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "P0002") throw new AppError("invalid_field", "There is no workspace with this address.", { param: "workspace", cause: error });
    throw error;
  }
}

/** The last whole sweep, for a member of staff; null before the first. */
export async function getLastSweep(staffId: string): Promise<SweepReport | null> {
  const row = await findLastSweepRow(staffId, MOST_SHOWN);
  return row && toSweepReport(row);
}
