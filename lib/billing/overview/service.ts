import { withTenant } from "@/lib/platform/db";
import { reportError } from "@/lib/platform/report-error";
import { billingEnabled } from "@/lib/platform/stripe";
import type { AccountState, PendingChange } from "@/lib/billing/account/state";
import { syncAccount } from "@/lib/billing/account/sync";
import { fitInto, type Fit } from "@/lib/billing/fit";
import { findContract, findOpenInvoices, listInvoiceRows, listOpenInvoices, type ContractView, type InvoiceRow } from "@/lib/billing/overview/repo";
import { debtBeside, noticeOf, pendingAt, standingOf, type BillingNotice, type Standing } from "@/lib/billing/overview/standing";
import type { Debt } from "@/lib/billing/owed";
import { PLAN_IDS, type PlanId } from "@/lib/billing/plans";
import { findAccount, findEntitlement } from "@/lib/billing/repo";
import { ensureTax } from "@/lib/billing/tax";

export type { ContractView, Debt, Fit, InvoiceRow };

export type BillingOverview = {
  standing: Standing;
  account: AccountState | null;
  contract: ContractView | null;
  invoices: InvoiceRow[];
  /** Where the open invoice of this subscription is paid; null: there is none, or it is not known of yet. */
  payUrl: string | null;
  /** What all open invoices of this subscription come to; null: there is none, or it is not known of yet. */
  missing: { cents: number; invoices: number } | null;
  /** What is owed beside that; null: nothing is. */
  debt: Debt | null;
  /** A change that waits for its payment. */
  pending: PendingChange | null;
};

/** What the billing page shows, from what was last written of Stripe's. */
export async function readBilling(tenantId: string): Promise<BillingOverview> {
  return withTenant(tenantId, async (tx) => {
    const account = (await findAccount(tx, tenantId))?.state ?? null;
    const contract = await findContract(tx, tenantId);
    const open = account?.subscriptionId ? await findOpenInvoices(tx, tenantId, account.subscriptionId, account.pending?.invoiceId) : null;
    const now = new Date();
    const standing = standingOf(account, contract, now);
    const debt = debtBeside(standing, account, await listOpenInvoices(tx, tenantId), now);
    return { standing, account, contract, invoices: await listInvoiceRows(tx, tenantId), payUrl: open?.url ?? null, missing: open && { cents: open.cents, invoices: open.invoices }, debt, pending: pendingAt(account, now) };
  });
}

/** When the trial ends that a workspace is in, and with it the tenth of its quotas; null: it is in none. */
export async function readTrialEnd(tenantId: string): Promise<Date | null> {
  return (await withTenant(tenantId, (tx) => findEntitlement(tx, tenantId)))?.trialEndsAt ?? null;
}

/** What would not fit on each plan, by its id. */
export async function readFits(tenantId: string): Promise<Partial<Record<PlanId, Fit>>> {
  return withTenant(tenantId, async (tx) => {
    const found: Partial<Record<PlanId, Fit>> = {};
    for (const id of PLAN_IDS) found[id] = await fitInto(tx, tenantId, id);
    return found;
  });
}

/** What every page of the workspace says of its billing, with where what is owed is paid; null: nothing. */
export async function readBillingNotice(tenantId: string): Promise<{ notice: BillingNotice; payUrl: string | null } | null> {
  if (!billingEnabled()) return null;
  return withTenant(tenantId, async (tx) => {
    const account = (await findAccount(tx, tenantId))?.state ?? null;
    if (!account) return null;
    const now = new Date();
    const standing = standingOf(account, await findContract(tx, tenantId), now);
    const notice = noticeOf(standing, debtBeside(standing, account, await listOpenInvoices(tx, tenantId), now), now);
    if (!notice) return null;
    if (notice.kind === "owing") return { notice, payUrl: notice.payUrl };
    const open = notice.kind === "past_due" && account.subscriptionId ? await findOpenInvoices(tx, tenantId, account.subscriptionId, account.pending?.invoiceId) : null;
    return { notice, payUrl: open?.url ?? null };
  });
}

/**
 * Asks Stripe what has become of a visit to its pages, without waiting for an event. False: it does not answer, and what
 * is known here may be old.
 */
export async function catchUp(tenantId: string): Promise<boolean> {
  if (!billingEnabled()) return true;
  try {
    await ensureTax(tenantId, await syncAccount(tenantId));
    return true;
  } catch (error) {
    reportError(error, { job: "sync on return", tenant_id: tenantId });
    return false;
  }
}
