/** What staff do to one workspace. The SQL functions check that it is staff who asks and write the audit row. */
import { AppError } from "@/lib/core/errors";
import { forgetKeysOf } from "@/lib/keys/service";
import { toStaffTenant } from "@/lib/admin/present";
import { adjustUsageRow, findStaffTenantRow, setOverrideRow, setPauseRow, type By } from "@/lib/admin/repo";
import type { Adjustment, OverrideValues, StaffTenant } from "@/lib/admin/schema";

/** One workspace by its slug, for a member of staff; null when there is none such. */
export async function getStaffTenant(staffId: string, slug: string): Promise<StaffTenant | null> {
  const row = await findStaffTenantRow(staffId, slug);
  return row && toStaffTenant(row);
}

/**
 * Agrees other limits with a tenant than its plan's, or with null goes back to the plan. Acts on running runs within a second.
 * @throws AppError `not_found`
 */
export async function setOverride(by: By, tenantId: string, values: OverrideValues | null): Promise<void> {
  if (!(await setOverrideRow(by, tenantId, values))) throw gone();
  // The edge keeps a key's requests a minute for a while; now it has to ask.
  await forgetKeysOf(tenantId);
}

/**
 * Pauses a workspace for a reason of the platform's, or ends whatever pause it has; a pause at twice the quota then does not come back in the same period.
 * @throws AppError `not_found`, or `conflict` while it is being deleted
 */
export async function setPause(by: By, tenantId: string, paused: boolean, note: string): Promise<void> {
  try {
    if (!(await setPauseRow(by, tenantId, paused, note))) throw gone();
  } catch (error) {
    if (codeOf(error) === "55000") throw new AppError("conflict", "The deletion of this workspace was asked for; its pause belongs to that. Nothing was changed.", { cause: error });
    throw error;
  }
}

/**
 * Corrects what a tenant used in a period by one ledger row with a reason; counter, rollups and invoice follow.
 * @throws AppError `not_found`, or `invalid_field` (422) with `quantity` when less than nothing would be left
 */
export async function adjustUsage(by: By, { workspace, period, meter, quantity, reason }: Adjustment): Promise<void> {
  try {
    if ((await adjustUsageRow(by, workspace, period, meter, quantity, reason)) === null) throw new AppError("not_found", "There is no such workspace, or nothing was used in this period yet.");
  } catch (error) {
    if (codeOf(error) === "23514") throw new AppError("invalid_field", "That is more than was used: less than nothing would be left. Nothing was changed.", { param: "quantity", cause: error });
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function gone(): AppError {
  return new AppError("not_found", "There is no such workspace any more. Nothing was changed.");
}
