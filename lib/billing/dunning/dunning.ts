/** What time alone does to an account: the mails of a payment that is missing, the end of grace, the last days of a trial. */
import { withTenant } from "@/lib/platform/db";
import { openQueue } from "@/lib/platform/queue";
import { reportError } from "@/lib/platform/report-error";
import { billingEnabled, stripe } from "@/lib/platform/stripe";
import { env } from "@/lib/platform/env";
import { subscriptionOfInvoice } from "@/lib/billing/account/projection";
import type { AccountState } from "@/lib/billing/account/state";
import { enforceStored, syncAccount } from "@/lib/billing/account/sync";
import { isTrialOver, mailDue, type DueMail } from "@/lib/billing/dunning/policy";
import { isMailWritten } from "@/lib/billing/dunning/repo";
import { PLAN_IDS } from "@/lib/billing/plans";
import { findAccount, listAccountsDue } from "@/lib/billing/repo";
import { ensureTax } from "@/lib/billing/tax";
import { writeBillingMail } from "@/lib/billing/tell";
import { findTenantSlug } from "@/lib/tenants/service";
import type { BillingMail } from "@/lib/notifications/billing/schema";

/** More than are ever due at once: those that are stay due for days, and nobody may wait behind them. */
const MOST_AT_ONCE = 100_000;

/** Goes through every account that the clock may have changed. One that fails keeps nobody else waiting. */
export async function followTheClock(now: Date = new Date()): Promise<void> {
  if (!billingEnabled()) return;
  for (const tenantId of await listAccountsDue(MOST_AT_ONCE)) {
    try {
      await followOne(tenantId, now);
    } catch (error) {
      reportError(error, { job: "dunning", tenant_id: tenantId });
    }
  }
}

async function followOne(tenantId: string, now: Date): Promise<void> {
  const stored = await withTenant(tenantId, (tx) => findAccount(tx, tenantId));
  if (!stored) return;
  const due = mailDue(stored.state, now);
  if (isTrialOver(stored.state, now)) await syncAccount(tenantId);
  else if (due && !(await withTenant(tenantId, (tx) => isMailWritten(tx, tenantId, due.key)))) await tell(tenantId, due.key, now);
  if (due?.kind === "limits_reduced") await enforceStored(tenantId);
}

/** Nobody is told of a missing payment that has arrived: Stripe is asked first, and what it says decides once more. */
async function tell(tenantId: string, key: string, now: Date): Promise<void> {
  const state = await syncAccount(tenantId);
  const due = state && mailDue(state, now);
  if (!state || due?.key !== key) return;
  // The last moment at which a trial's first invoice can still be made with its tax.
  if (due.kind === "trial_ending") await ensureTax(tenantId, state);
  const mail = await mailOf(tenantId, due, state);
  await openQueue();
  if (mail) await withTenant(tenantId, (tx) => writeBillingMail(tx, tenantId, key, mail));
}

async function mailOf(tenantId: string, due: DueMail, state: AccountState): Promise<BillingMail | null> {
  const plan = PLAN_IDS.find((id) => id === state.planId);
  if (!plan) return null;
  if (due.kind === "trial_ending") return { kind: "trial_ending", plan, trialEndsAt: due.trialEndsAt.toISOString(), hasCard: state.card !== null, priceCents: state.priceCents ?? 0 };
  const owed = { plan, ...(await findOwed(tenantId, state)) };
  return due.kind === "limits_reduced" ? { kind: "limits_reduced", ...owed } : { kind: "payment_failed", day: due.day, graceEndsAt: due.graceEndsAt.toISOString(), ...owed };
}

/** The oldest invoice that is open, and where it is paid. */
async function findOwed(tenantId: string, { subscriptionId, pending }: AccountState): Promise<{ amountCents: number; invoiceNumber: string | null; payUrl: string }> {
  const { data } = await stripe().invoices.list({ subscription: subscriptionId ?? "", status: "open", limit: 100 });
  const invoice = data.filter((one) => subscriptionOfInvoice(one) === subscriptionId && one.id !== pending?.invoiceId).toSorted((a, b) => a.created - b.created)[0];
  const slug = await withTenant(tenantId, (tx) => findTenantSlug(tx, tenantId));
  return { amountCents: invoice?.amount_remaining ?? 0, invoiceNumber: invoice?.number ?? null, payUrl: invoice?.hosted_invoice_url ?? `${env().APP_URL}/t/${slug}/billing` };
}
