import { AppError } from "@/lib/core/errors";
import { MICROS_PER_CENT } from "@/lib/core/money";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit, recordPlatformAudit, type Actor } from "@/lib/audit/service";
import { sellsPlans } from "@/lib/billing/service";
import { overageMark } from "@/lib/caps/policy";
import { countThings, findCapState, findMemberLimit, setOverageRow, type CapState, type Counts } from "@/lib/caps/repo";
import type { OverageForm } from "@/lib/caps/schema";
import { overageRefusal } from "@/lib/billing/overage-refusal";
import { lockTenant } from "@/lib/tenants/service";

export type { CapState };

/** What the caps page shows beside what an admission knows already. */
export type CapsView = { counts: Counts; memberLimit: number | null; choice: CapState["choice"] };

/** How much there is of what is counted, and what the owner has chosen. @throws AppError `not_found` */
export async function readCaps(tenantId: string): Promise<CapsView> {
  return withTenant(tenantId, async (tx) => {
    const { choice } = await requireCapState(tx, tenantId);
    return { choice, counts: await countThings(tx, tenantId), memberLimit: await findMemberLimit(tx, tenantId) };
  });
}

/** What moves the tenant's caps, inside a transaction of the tenant's. @throws AppError `not_found` */
export async function requireCapState(tx: Tx, tenantId: string): Promise<CapState> {
  const state = await findCapState(tx, tenantId);
  if (!state) throw new AppError("not_found", "There is no such workspace.");
  return state;
}

/**
 * Turns overage on with a spend limit, changes the limit, or turns it off. Leases are given under the new cap from the
 * commit on, and runs that no longer fit are stopped within a second. Asking for what is set already changes nothing.
 * @throws AppError `conflict` when somebody else changed it since the form was shown, in a trial and while an invoice is unpaid, `plan_required` where the plan has no price for it
 */
export async function setOverage(actor: Actor, form: OverageForm): Promise<void> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const { choice: before, overage } = await requireCapState(tx, tenantId);
    const after = { enabled: form.overage === "on", limitMicros: form.overage === "on" ? form.spend_limit * MICROS_PER_CENT : before.limitMicros };
    if (overageMark(before) === overageMark(after)) return;
    if (form.seen !== overageMark(before)) throw new AppError("conflict", "Somebody changed overage while this page was open. Reload it to see what is set now; nothing was changed.");
    const refusal = after.enabled && (!before.enabled || after.limitMicros > before.limitMicros) ? await overageRefusal(tx, tenantId) : null;
    if (refusal !== null) throw new AppError("conflict", refusal);
    if (after.enabled && overage.microsPerMinute === null) throw new AppError("plan_required", sellsPlans() ? "This workspace’s plan has no overage. Starter and Pro have it." : "This workspace’s plan has no overage.");
    await setOverageRow(tx, tenantId, after);
    await recordAudit(tx, actor, { action: "tenant.overage_updated", targetType: "tenant", targetId: tenantId, before: toAudit(before), after: toAudit(after) });
  });
}

/** Turns overage off with a plan that ended, in the transaction that ends it. The limit is kept, for whoever turns it on again. */
export async function turnOffOverage(tx: Tx, tenantId: string): Promise<void> {
  const { choice } = await requireCapState(tx, tenantId);
  if (!choice.enabled) return;
  const after = { ...choice, enabled: false };
  await setOverageRow(tx, tenantId, after);
  await recordPlatformAudit(tx, tenantId, { action: "tenant.overage_updated", targetType: "tenant", targetId: tenantId, before: toAudit(choice), after: toAudit(after) });
}

function toAudit(choice: CapState["choice"]): { overage: boolean; spend_limit_micros: number } {
  return { overage: choice.enabled, spend_limit_micros: choice.limitMicros };
}
