"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { defineAction, type TenantCaller } from "@/lib/http/action";
import { cancelSubscription, resumeSubscription } from "@/lib/billing/cancel";
import { openCheckout } from "@/lib/billing/checkout";
import { scheduleDowngrade, undoDowngrade } from "@/lib/billing/downgrade";
import { endTrial } from "@/lib/billing/end-trial";
import { sellsPlans } from "@/lib/billing/service";
import { leavePendingChange } from "@/lib/billing/pending-change";
import { openPortal } from "@/lib/billing/portal";
import { planChoiceSchema, portalFormSchema, upgradeFormSchema } from "@/lib/billing/schema";
import { startTrial } from "@/lib/billing/trial";
import { previewUpgrade, switchTrialPlan, upgrade } from "@/lib/billing/upgrade";
import type { LimitCheck } from "@/lib/limits/limiter";

const limits = (_input: unknown, { tenantId }: { tenantId: string | null }): LimitCheck[] => [{ policy: "billing", subject: tenantId ?? "" }];
const access = { kind: "tenant", permission: "billing:write" } as const;
/** What pays for a plan, and nothing else: it makes room, also for whoever does it. */
const paying = { ...access, withoutSeat: true } as const;

const buyerOf = ({ user, admission: { tenant } }: TenantCaller) => ({ workspace: tenant.name, slug: tenant.slug, email: user.email });

/** A workspace that is being deleted buys nothing, and where nothing is sold nothing can be bought. */
function requireForSale({ admission: { tenant } }: TenantCaller): void {
  if (!sellsPlans()) throw new AppError("plan_required", "This installation sells no plans. Nothing was changed.");
  if (tenant.deleteAfter) throw new AppError("conflict", "This workspace is to be deleted. Keep it first; nothing was bought.");
}

/** The plan decides what every page of the workspace shows. */
function refresh({ admission: { tenant } }: TenantCaller): void {
  revalidatePath(`/t/${tenant.slug}`, "layout");
}

export const startTrialAction = defineAction({ name: "start_trial", access, input: planChoiceSchema, limits }, async (caller, { plan }) => {
  requireForSale(caller);
  await startTrial(caller.actor, buyerOf(caller), plan);
  refresh(caller);
  return {};
});

export const endTrialAction = defineAction({ name: "end_trial", access: paying, input: z.object({}), limits }, async (caller) => {
  requireForSale(caller);
  const outcome = await endTrial(caller.actor);
  refresh(caller);
  return outcome;
});

export const openCheckoutAction = defineAction({ name: "open_checkout", access: paying, input: planChoiceSchema, limits }, async (caller, { plan }) => {
  requireForSale(caller);
  return { url: await openCheckout(caller.actor, buyerOf(caller), plan) };
});

export const openPortalAction = defineAction({ name: "open_portal", access: paying, input: portalFormSchema, limits }, async (caller, { part }) => {
  if (!sellsPlans()) throw new AppError("plan_required", "This installation sells no plans.");
  return { url: await openPortal(caller.actor, buyerOf(caller), part) };
});

export const previewUpgradeAction = defineAction({ name: "preview_upgrade", access: paying, input: planChoiceSchema, limits }, async (caller, { plan }) => {
  requireForSale(caller);
  return previewUpgrade(caller.admission.tenant.id, plan);
});

export const upgradeAction = defineAction({ name: "upgrade", access: paying, input: upgradeFormSchema, limits }, async (caller, input) => {
  requireForSale(caller);
  const outcome = await upgrade(caller.actor, input.plan, { prorationDate: input.proration_date, dueCents: input.due_cents });
  refresh(caller);
  return outcome;
});

export const leavePendingChangeAction = defineAction({ name: "leave_pending_change", access: paying, input: z.object({}), limits }, async (caller) => {
  if (!sellsPlans()) throw new AppError("plan_required", "This installation sells no plans. Nothing was changed.");
  const changed = await leavePendingChange(caller.actor);
  refresh(caller);
  return { changed };
});

export const switchTrialPlanAction = defineAction({ name: "switch_trial_plan", access, input: planChoiceSchema, limits }, async (caller, { plan }) => {
  requireForSale(caller);
  await switchTrialPlan(caller.actor, plan);
  refresh(caller);
  return {};
});

export const scheduleDowngradeAction = defineAction({ name: "schedule_downgrade", access, input: planChoiceSchema, limits }, async (caller, { plan }) => {
  requireForSale(caller);
  await scheduleDowngrade(caller.actor, plan);
  refresh(caller);
  return {};
});

export const undoDowngradeAction = defineAction({ name: "undo_downgrade", access, input: z.object({}), limits }, async (caller) => {
  requireForSale(caller);
  const changed = await undoDowngrade(caller.actor);
  refresh(caller);
  return { changed };
});

export const cancelSubscriptionAction = defineAction({ name: "cancel_subscription", access, input: z.object({}), limits }, async (caller) => {
  if (!sellsPlans()) throw new AppError("plan_required", "This installation sells no plans. Nothing was changed.");
  await cancelSubscription(caller.actor);
  refresh(caller);
  return {};
});

export const resumeSubscriptionAction = defineAction({ name: "resume_subscription", access, input: z.object({}), limits }, async (caller) => {
  requireForSale(caller);
  const changed = await resumeSubscription(caller.actor);
  refresh(caller);
  return { changed };
});
