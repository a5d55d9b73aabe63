/** An invoice from its beginning to the moment it is open. A preview is made by the same functions and thrown away. */
import { ApiError, invalid } from "../http/error";
import { HOUR } from "../world/calendar";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import { listOf } from "../world/present";
import type { Invoice, Line, Subscription } from "../world/wire";
import type { World } from "../world/world";
import { discountsInForce, applyDiscounts } from "./discounts";
import { countUsage, pendingLine, type Period } from "./lines";
import { addTaxes } from "./tax";

export interface InvoiceSpec {
  customer: string;
  subscription: Subscription | null;
  reason: NonNullable<Invoice["billing_reason"]>;
  lines: Line[];
  period: Period;
  /** Takes in what waits for the customer's next invoice. */
  takesPending: boolean;
  discounts: string[];
  prorationDate?: number;
  autoAdvance?: boolean;
  collectionMethod?: string;
  daysUntilDue?: number | null;
  dueDate?: number;
  automaticTax?: boolean;
  defaultPaymentMethod?: string;
  description?: string;
  footer?: string;
  metadata?: Record<string, string>;
}

/** Makes a draft with its totals. It finalizes itself after an hour where `autoAdvance` says so. */
export function draftInvoice(world: World, spec: InvoiceSpec): Invoice {
  const { subscription } = spec;
  const customer = requireRow(world.tables.customers, spec.customer, "customer");
  const id = newId("in");
  const pending = spec.takesPending ? takePending(world, spec, id) : [];
  const lines = [...pending, ...spec.lines];
  for (const line of lines) line.invoice = id;
  const method = spec.collectionMethod ?? subscription?.collection_method ?? "charge_automatically";
  const now = world.now();
  const invoice: Invoice = {
    id, object: "invoice", account_country: "US", account_name: "Stint sandbox", account_tax_ids: null, amount_due: 0, amount_overpaid: 0, amount_paid: 0, amount_remaining: 0, amount_shipping: 0, application: null,
    attempt_count: 0, attempted: false, auto_advance: spec.autoAdvance ?? true, automatic_tax: taxState(spec.automaticTax ?? subscription?.automatic_tax.enabled ?? false),
    automatically_finalizes_at: spec.autoAdvance === false ? null : now + HOUR, billing_reason: spec.reason, collection_method: method, created: now, currency: "usd", custom_fields: null, customer: customer.id,
    customer_account: null, customer_address: customer.address ?? null, customer_email: customer.email, customer_name: customer.name ?? null, customer_phone: customer.phone ?? null, customer_shipping: null,
    customer_tax_exempt: customer.tax_exempt ?? "none", customer_tax_ids: taxIdsOf(world, customer.id), default_payment_method: spec.defaultPaymentMethod ?? null, default_source: null, default_tax_rates: [],
    description: spec.description ?? null, discounts: [], due_date: spec.dueDate ?? null, effective_at: null, ending_balance: null, footer: spec.footer ?? customer.invoice_settings.footer, from_invoice: null,
    hosted_invoice_url: null, invoice_pdf: null, issuer: { type: "self" }, last_finalization_error: null, latest_revision: null, lines: listOf(lines, `/v1/invoices/${id}/lines`), livemode: false,
    metadata: spec.metadata ?? {}, next_payment_attempt: null, number: null, on_behalf_of: null, parent: parentOf(spec),
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null }, period_end: spec.period.end, period_start: spec.period.start, post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0, receipt_number: null, rendering: null, shipping_cost: null, shipping_details: null, starting_balance: customer.balance, statement_descriptor: null, status: "draft",
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null }, subtotal: 0, subtotal_excluding_tax: 0, test_clock: null, total: 0, total_discount_amounts: [],
    total_excluding_tax: 0, total_pretax_credit_amounts: [], total_taxes: [], webhooks_delivered_at: null,
  };
  const days = spec.daysUntilDue ?? subscription?.days_until_due ?? null;
  if (method === "send_invoice" && spec.dueDate === undefined) invoice.due_date = now + (days ?? 30) * 24 * HOUR;
  if (method === "charge_automatically" && invoice.auto_advance) invoice.next_payment_attempt = now + HOUR;
  invoice.discounts = discountsInForce(world, spec.discounts, now).map((row) => row.id);
  addUp(world, invoice);
  return create(world, world.tables.invoices, invoice, "invoice.created");
}

/** Totals of an invoice from its lines, its discounts, its tax and what the customer owes or has. */
export function addUp(world: World, invoice: Invoice): void {
  const lines = invoice.lines.data;
  applyDiscounts(world, lines, discountsInForce(world, invoice.discounts, 0).filter((row) => invoice.discounts.includes(row.id)));
  addTaxes(world, invoice, lines);
  invoice.subtotal = lines.reduce((sum, line) => sum + line.amount, 0);
  invoice.subtotal_excluding_tax = invoice.subtotal;
  const off = new Map<string, number>();
  for (const each of lines.flatMap((line) => line.discount_amounts ?? [])) off.set(each.discount, (off.get(each.discount) ?? 0) + each.amount);
  invoice.total_discount_amounts = [...off].map(([discount, amount]) => ({ amount, discount }));
  invoice.total_pretax_credit_amounts = [...off].map(([discount, amount]) => ({ amount, discount, type: "discount" }));
  const tax = (invoice.total_taxes ?? []).reduce((sum, each) => sum + each.amount, 0);
  invoice.total_excluding_tax = invoice.subtotal - [...off.values()].reduce((sum, amount) => sum + amount, 0);
  invoice.total = invoice.total_excluding_tax + tax;
  const owed = invoice.total + invoice.starting_balance;
  invoice.amount_due = invoice.total < 0 ? 0 : Math.max(0, owed);
  invoice.amount_remaining = invoice.amount_due - invoice.amount_paid;
}

/** Reads usage, tax and balance once more: what an invoice is finalized with. */
export function refreshDraft(world: World, id: string): Invoice {
  return update(world, world.tables.invoices, id, "invoice.updated", (invoice) => {
    const customer = requireRow(world.tables.customers, invoice.customer ?? "", "customer");
    const subscription = world.tables.subscriptions.get(invoice.parent?.subscription_details?.subscription);
    for (const line of invoice.lines.data) {
      const details = line.parent?.subscription_item_details;
      if (!details || details.invoice_item !== null) continue;
      const price = world.tables.prices.get(line.pricing?.price_details?.price);
      if (price?.recurring?.usage_type === "metered" && subscription) countUsage(world, line, subscription.customer, { id: details.subscription_item, price });
    }
    invoice.starting_balance = customer.balance;
    Object.assign(invoice, { customer_address: customer.address ?? null, customer_email: customer.email, customer_name: customer.name ?? null, customer_tax_exempt: customer.tax_exempt ?? "none", customer_tax_ids: taxIdsOf(world, customer.id) });
    addUp(world, invoice);
  });
}

/** The invoice, if it is a draft. Throws the error of a call that needs one. */
export function requireDraft(world: World, id: string): Invoice {
  const invoice = requireRow(world.tables.invoices, id, "invoice");
  if (invoice.status !== "draft") throw new ApiError(400, { code: "invoice_not_editable", message: `This invoice is no longer editable: it is ${invoice.status}. Only a draft can be changed.` });
  return invoice;
}

export function requireOpen(world: World, id: string, action: string): Invoice {
  const invoice = requireRow(world.tables.invoices, id, "invoice");
  if (invoice.status === "open" || (invoice.status === "uncollectible" && action !== "mark as uncollectible")) return invoice;
  if (invoice.status === "paid" && action === "pay") throw invalid("Invoice is already paid", undefined, "invoice_already_paid");
  throw invalid(`You can only ${action} an open invoice. This invoice's status is ${invoice.status}.`, undefined, "status_transition_invalid");
}

function takePending(world: World, { customer, subscription }: InvoiceSpec, invoice: string): Line[] {
  const items = world.tables.invoice_items.filter((row) => {
    const owner = row.parent?.subscription_details?.subscription ?? null;
    return row.customer === customer && row.invoice === null && (owner === null || owner === subscription?.id);
  });
  return items.map((item) => pendingLine(update(world, world.tables.invoice_items, item.id, null, (row) => (row.invoice = invoice))));
}

function parentOf({ subscription, prorationDate }: InvoiceSpec): Invoice["parent"] {
  if (!subscription) return null;
  const details = { metadata: { ...subscription.metadata }, subscription: subscription.id, ...(prorationDate === undefined ? {} : { subscription_proration_date: prorationDate }) };
  return { quote_details: null, subscription_details: details, type: "subscription_details" };
}

function taxState(enabled: boolean): Invoice["automatic_tax"] {
  return { disabled_reason: null, enabled, liability: enabled ? { type: "self" } : null, provider: enabled ? "stripe" : null, status: enabled ? "complete" : null };
}

function taxIdsOf(world: World, customer: string): Invoice["customer_tax_ids"] {
  return world.tables.tax_ids.filter((row) => row.customer === customer).map(({ type, value }) => ({ type, value }));
}
