import type Stripe from "stripe";
import { stripe } from "@/lib/platform/stripe";
import { METER_EVENT } from "@/lib/billing/catalogue";
import type { InvoicePicture } from "@/lib/billing/comparison/compare";

/** What Stripe has of one customer. */
export type Theirs = { subscriptions: Stripe.Subscription[]; invoices: InvoicePicture[] };

const PAGE = 100;

/** Everything that Stripe has of everybody: every subscription, and every invoice made since. `onPage` is called once a page. */
export async function fetchEverything(since: Date, onPage: () => Promise<unknown>): Promise<Map<string, Theirs>> {
  const found = new Map<string, Theirs>();
  const of = (customer: string | { id: string } | null): Theirs => {
    const id = (typeof customer === "string" ? customer : customer?.id) ?? "";
    const known = found.get(id) ?? { subscriptions: [], invoices: [] };
    found.set(id, known);
    return known;
  };
  for await (const subscription of counted(stripe().subscriptions.list({ status: "all", limit: PAGE }), onPage)) of(subscription.customer).subscriptions.push(subscription);
  for await (const invoice of counted(stripe().invoices.list({ created: { gte: seconds(since) }, limit: PAGE }), onPage)) of(invoice.customer).invoices.push(toPicture(invoice));
  return found;
}

/** The same of one customer, now. */
export async function fetchOne(customerId: string, since: Date): Promise<Theirs> {
  const [subscriptions, invoices] = await Promise.all([
    stripe().subscriptions.list({ customer: customerId, status: "all", limit: PAGE }),
    stripe().invoices.list({ customer: customerId, created: { gte: seconds(since) }, limit: PAGE }).autoPagingToArray({ limit: 1_000 }),
  ]);
  return { subscriptions: subscriptions.data, invoices: invoices.map(toPicture) };
}

/** The id of the meter that overage is reported to; null: there is none. */
export async function findMeter(): Promise<string | null> {
  const meters = await stripe().billing.meters.list({ limit: PAGE }).autoPagingToArray({ limit: 1_000 });
  return meters.find(({ event_name, status }) => event_name === METER_EVENT && status === "active")?.id ?? null;
}

/** What the meter has added up for a customer, in micro-dollars. Both moments on the hour. */
export async function fetchMetered(meterId: string, customerId: string, from: Date, to: Date): Promise<number> {
  const summaries = await stripe().billing.meters.listEventSummaries(meterId, { customer: customerId, start_time: seconds(from), end_time: seconds(to), limit: PAGE }).autoPagingToArray({ limit: 1_000 });
  return summaries.reduce((sum, { aggregated_value }) => sum + aggregated_value, 0);
}

async function* counted<T>(list: AsyncIterable<T>, onPage: () => Promise<unknown>): AsyncGenerator<T> {
  let at = 0;
  for await (const each of list) {
    yield each;
    if (++at % PAGE === 0) await onPage();
  }
}

function toPicture(invoice: Stripe.Invoice): InvoicePicture {
  return { id: invoice.id, status: invoice.status ?? "draft", totalCents: invoice.total, paidCents: invoice.amount_paid, periodStart: new Date(invoice.period_start * 1_000) };
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1_000);
}
