/** A workspace's own pause, and the end of those that the platform made. Workers hear of both within a second. */
import { AppError } from "@/lib/core/errors";
import { withTenant } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { checkThresholds } from "@/lib/alerts/thresholds";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { liftPauseRows, setPauseRow } from "@/lib/caps/repo";
import { requireCapState } from "@/lib/caps/service";
import { lockTenant } from "@/lib/tenants/service";

const OWN = "owner";

/** Pauses the workspace: nothing new runs, running runs are stopped. One that is paused already, for whatever reason, stays as it is. */
export async function pauseTenant(actor: Actor): Promise<void> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    if ((await requireCapState(tx, tenantId)).pausedAt) return;
    await setPauseRow(tx, tenantId, { at: new Date(), reason: OWN });
    await recordAudit(tx, actor, { action: "tenant.paused", targetType: "tenant", targetId: tenantId, after: { reason: OWN } });
  });
}

/**
 * Ends the workspace's own pause. One that is not paused stays as it is.
 * @throws AppError `conflict` for a pause that somebody else made, or while the deletion is asked for
 */
export async function resumeTenant(actor: Actor): Promise<void> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const { pausedAt, pauseReason, deleteAfter } = await requireCapState(tx, tenantId);
    if (!pausedAt) return;
    if (pauseReason !== OWN) throw new AppError("conflict", "This pause is not the workspace’s own; it cannot be ended here. Nothing was changed.");
    if (deleteAfter) throw new AppError("conflict", "The deletion of this workspace is asked for. Keep the workspace first; nothing was changed.");
    await setPauseRow(tx, tenantId, null);
    await recordAudit(tx, actor, { action: "tenant.resumed", targetType: "tenant", targetId: tenantId, before: { reason: pauseReason } });
    // Twice the quota may have been passed meanwhile: then this pause gives way to that one.
    await checkThresholds(tx, tenantId);
  });
}

/** Ends pauses at twice the quota once a new period has begun or more was agreed. Called each second by workers. Returns how many. */
export async function liftPauses(): Promise<number> {
  const lifted = await liftPauseRows();
  for (const tenantId of lifted) log().info({ tenant_id: tenantId }, "pause at twice the quota lifted");
  return lifted.length;
}
