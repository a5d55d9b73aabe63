/** What the next invoice will be if nothing else happens: Stripe's own preview, with what was used up to this second. */
import { setTimeout } from "node:timers/promises";
import type Stripe from "stripe";
import { LruMap } from "@/lib/core/lru-map";
import { SECOND_MS } from "@/lib/core/time";
import { withTenant } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { processSingleton } from "@/lib/platform/process-singleton";
import { billingEnabled, stripe } from "@/lib/platform/stripe";
import { isLive, type AccountState } from "@/lib/billing/account/state";
import { reportOverageOf } from "@/lib/billing/meter/job";
import { findOverage, readReported, sumReports } from "@/lib/billing/meter/repo";
import { describeStripeError } from "@/lib/billing/meter/stripe-error";
import { MICROS_PER_CENT } from "@/lib/core/money";
import { centsOf, overageMicros, type Overage } from "@/lib/billing/overage";
import { PLANS } from "@/lib/billing/plans";
import { findAccount } from "@/lib/billing/repo";
import { overageDetail } from "@/lib/billing/overage-detail";
import { billsPlan, toPreview, withOverage, type InvoicePreview } from "@/lib/billing/invoices/preview-lines";

export type { InvoicePreview, PreviewLine } from "@/lib/billing/invoices/preview-lines";

/** How long a preview is shown again; what changes an account forgets it. */
const KEPT_MS = 5 * SECOND_MS;
const MOST_KEPT = 1_000;
/** A page waits for this: rather an estimate than no page. */
const REPORT_PATIENCE_MS = 2 * SECOND_MS;
const PREVIEW_TIMEOUT_MS = 4 * SECOND_MS;

type Kept = { until: number; preview: Promise<InvoicePreview | null> };

/** The next invoice of a tenant, or null where none comes: no subscription, or nothing is sold here. Says `estimated` when Stripe is away. */
export async function previewInvoice(tenantId: string): Promise<InvoicePreview | null> {
  if (!billingEnabled()) return null;
  const known = kept().get(tenantId);
  if (known && known.until > Date.now()) return known.preview;
  const preview = makePreview(tenantId);
  kept().set(tenantId, { until: Date.now() + KEPT_MS, preview });
  preview.catch(() => kept().delete(tenantId));
  return preview;
}

/** After a change of plan, card, discount or tax. */
export function forgetPreview(tenantId: string): void {
  kept().delete(tenantId);
}

function kept(): LruMap<string, Kept> {
  return processSingleton("invoice-previews", () => new LruMap<string, Kept>(MOST_KEPT));
}

async function makePreview(tenantId: string): Promise<InvoicePreview | null> {
  const account = await withTenant(tenantId, (tx) => findAccount(tx, tenantId));
  if (!account?.customerId || !account.state.subscriptionId || !isLive(account.state.status)) return null;
  const { state } = account;
  try {
    await reportInTime(tenantId);
    const invoice = await previewAtStripe(state);
    const own = await readOwn(tenantId, state);
    // It has to be of the plan that comes next; of another one it would be wrong to the cent, and an estimate is better.
    if (invoice && state.scheduledPlanId && !billsPlan(invoice, state.scheduledPlanId)) throw new Error(`The preview of the schedule ${state.scheduleId} is not of the plan ${state.scheduledPlanId}.`);
    return invoice ? withOverage(toPreview(invoice, overageDetail(own.overage)), centsOf(own.micros), overageDetail(own.overage)) : own.micros > 0n ? toLast(state, own) : null;
  } catch (error) {
    log().warn({ tenant_id: tenantId, reason: describeStripeError(error) }, "Stripe gave no preview of an invoice");
    const own = await readOwn(tenantId, state);
    return { ...toLast({ ...(state.scheduledPlanId ? asScheduled(state) : state), cancelAt: null }, own, state.cancelAt === null), estimated: true };
  }
}

/** What is not told in time is added to what Stripe says: nobody waits for it, and it goes on. */
async function reportInTime(tenantId: string): Promise<void> {
  const told = reportOverageOf(tenantId).catch((error: unknown) => log().warn({ tenant_id: tenantId, reason: describeStripeError(error) }, "overage was not reported before a preview"));
  await Promise.race([told, setTimeout(REPORT_PATIENCE_MS, undefined, { ref: false })]);
}

/**
 * Null: nothing follows, because the subscription ends with the period. A preview of a subscription does not look past its present phase:
 * where another plan is scheduled, its schedule is asked, and discounts and tax are of the invoice that the new plan begins with.
 */
async function previewAtStripe({ subscriptionId, scheduleId, scheduledPlanId }: AccountState): Promise<Stripe.Invoice | null> {
  try {
    return await stripe().invoices.createPreview(scheduledPlanId && scheduleId ? { schedule: scheduleId } : { subscription: subscriptionId ?? "" }, { timeout: PREVIEW_TIMEOUT_MS, maxNetworkRetries: 1 });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "invoice_upcoming_none") return null;
    throw error;
  }
}

type Own = { overage: Overage; micros: bigint };

/** What the metered line of the period under way has to come to: every report with a time in it, and what is not reported yet. */
async function readOwn(tenantId: string, { periodStart, periodEnd }: AccountState): Promise<Own> {
  if (!periodStart || !periodEnd) return { overage: { ms: 0n, units: 0n, modelMicros: 0n }, micros: 0n };
  return withTenant(tenantId, async (tx) => {
    const overage = await findOverage(tx, tenantId, periodStart);
    const { reported, creditedCents } = await readReported(tx, tenantId, periodStart);
    const outstanding = overageMicros(overage) + BigInt(creditedCents * MICROS_PER_CENT) - reported;
    const micros = (await sumReports(tx, tenantId, periodStart, periodEnd)) + (outstanding > 0n ? outstanding : 0n);
    return { overage, micros };
  });
}

/** The account as it will be once the smaller plan has begun. */
function asScheduled(state: AccountState): AccountState {
  return { ...state, planId: state.scheduledPlanId, priceCents: state.scheduledPlanId ? PLANS[state.scheduledPlanId].priceCents : null };
}

/** From what is known here: the overage, and the plan's next month where one follows. */
function toLast({ planId, priceCents, periodEnd, balanceCents }: AccountState, own: Own, planFollows = false): InvoicePreview {
  const cents = centsOf(own.micros);
  const plan = planId && PLANS[planId];
  const lines: InvoicePreview["lines"] = [
    ...(cents > 0 ? [{ label: "Use past the quotas", detail: overageDetail(own.overage), cents, kind: "overage" as const }] : []),
    ...(planFollows && plan ? [{ label: `${plan.name} plan`, detail: "one month", cents: priceCents ?? 0, kind: "plan" as const }] : []),
  ];
  const subtotalCents = lines.reduce((sum, line) => sum + line.cents, 0);
  const creditCents = Math.min(subtotalCents, Math.max(0, -balanceCents));
  return { lines, subtotalCents, discountCents: 0, taxCents: 0, reverseCharge: false, creditCents, totalCents: subtotalCents - creditCents, dueAt: periodEnd, estimated: cents > 0 };
}
