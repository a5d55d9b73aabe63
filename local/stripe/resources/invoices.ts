import type Stripe from "stripe";
import { resolveCard } from "../billing/cards";
import { collect, payOutOfBand, settled } from "../billing/collect";
import { discountsKind, startDiscounts } from "../billing/discounts";
import { finalizeInvoice } from "../billing/finalize";
import { addUp, draftInvoice, requireDraft, requireOpen } from "../billing/invoices";
import { changedItems } from "../billing/items";
import { paymentError } from "../billing/payment";
import { dropPending, pendingInvoiceOf } from "../billing/pending-update";
import { previewInvoice } from "../billing/preview";
import { voidInvoice } from "../billing/void-invoice";
import { call, type Asked } from "../http/call";
import { ApiError, invalid } from "../http/error";
import { count, flag, integer, mergeMetadata, metadata, nowOrTime, object, oneOf, required, text, emptyable, list, type Names, type Read } from "../http/kinds";
import { cut, listPage, PAGE, PAGE_CREATED } from "../http/list";
import { HOUR } from "../world/calendar";
import { requireRow, update } from "../world/change";
import type { Invoice } from "../world/wire";
import type { World } from "../world/world";
import { requireCustomer } from "./require-customer";
import { phaseKind } from "./schedules";
import { anchorKind } from "./subscriptions";

const tax = object({ enabled: required(flag) });
const method = oneOf("charge_automatically", "send_invoice");
const toCreate = {
  auto_advance: flag, automatic_tax: tax, collection_method: method, currency: oneOf("usd"), customer: required(text), days_until_due: count, default_payment_method: text, description: text, discounts: discountsKind,
  due_date: integer, footer: text, metadata, pending_invoice_items_behavior: oneOf("exclude", "include"), subscription: text,
} satisfies Names<Stripe.InvoiceCreateParams>;
const toUpdate = {
  auto_advance: flag, automatic_tax: tax, days_until_due: count, default_payment_method: text, description: text, discounts: discountsKind, due_date: integer, footer: text, metadata,
} satisfies Names<Stripe.InvoiceUpdateParams>;
const details = object({
  cancel_at: emptyable(integer), cancel_at_period_end: flag, cancel_now: flag, items: changedItems, proration_behavior: oneOf("always_invoice", "create_prorations", "none"), proration_date: integer,
  trial_end: nowOrTime, billing_cycle_anchor: anchorKind,
});
const scheduleDetails = object({ end_behavior: oneOf("cancel", "release"), phases: list(phaseKind), proration_behavior: oneOf("always_invoice", "create_prorations", "none") });
const toPreview = { automatic_tax: tax, currency: oneOf("usd"), customer: text, discounts: discountsKind, preview_mode: oneOf("next"), schedule: text, schedule_details: scheduleDetails, subscription: text, subscription_details: details } satisfies Names<Stripe.InvoiceCreatePreviewParams>;
const toPay = { off_session: flag, paid_out_of_band: flag, payment_method: text } satisfies Names<Stripe.InvoicePayParams>;

export const invoiceCalls = [
  call("POST", "/v1/invoices/create_preview", toPreview, preview),
  call("POST", "/v1/invoices", toCreate, ({ world, params }) => {
    requireCustomer(world, params.customer);
    const subscription = params.subscription ? requireRow(world.tables.subscriptions, params.subscription, "subscription") : null;
    return draftInvoice(world, {
      customer: params.customer, subscription, reason: "manual", lines: [], period: { start: world.now(), end: world.now() }, takesPending: params.pending_invoice_items_behavior === "include" || subscription !== null,
      discounts: startDiscounts(world, params.discounts ?? [], { customer: params.customer, subscription: null }), autoAdvance: params.auto_advance ?? false, collectionMethod: params.collection_method,
      daysUntilDue: params.days_until_due, dueDate: params.due_date, automaticTax: params.automatic_tax?.enabled, defaultPaymentMethod: params.default_payment_method, description: params.description, footer: params.footer,
      metadata: mergeMetadata({}, params.metadata),
    });
  }),
  call("GET", "/v1/invoices", { ...PAGE_CREATED, collection_method: method, customer: text, status: oneOf("draft", "open", "paid", "uncollectible", "void"), subscription: text } satisfies Names<Stripe.InvoiceListParams>, ({ world, params }) =>
    listPage(world.tables.invoices, "/v1/invoices", params, (row) =>
      (!params.customer || row.customer === params.customer) && (!params.status || row.status === params.status) && (!params.collection_method || row.collection_method === params.collection_method) &&
      (!params.subscription || row.parent?.subscription_details?.subscription === params.subscription))),
  call("GET", "/v1/invoices/:id", {}, ({ world, id }) => requireRow(world.tables.invoices, id, "invoice")),
  call("GET", "/v1/invoices/:id/lines", PAGE, ({ world, id, params }) => cut(requireRow(world.tables.invoices, id, "invoice").lines.data, `/v1/invoices/${id}/lines`, params)),
  call("POST", "/v1/invoices/:id", toUpdate, updateInvoice),
  call("DELETE", "/v1/invoices/:id", {}, ({ world, id }) => {
    const invoice = requireDraft(world, id);
    if (invoice.billing_reason !== "manual") throw invalid("You can only delete draft invoices that were not made by a subscription.", undefined, "invoice_not_editable");
    for (const item of world.tables.invoice_items.filter((row) => row.invoice === id)) world.tables.invoice_items.edit(item.id, (row) => (row.invoice = null));
    world.tables.invoices.remove(id);
    world.record("invoice.deleted", invoice);
    return { id, object: "invoice", deleted: true };
  }),
  call("POST", "/v1/invoices/:id/finalize", { auto_advance: flag } satisfies Names<Stripe.InvoiceFinalizeInvoiceParams>, ({ world, id, params }) => {
    requireDraft(world, id);
    if (params.auto_advance !== undefined) world.tables.invoices.edit(id, (row) => (row.auto_advance = params.auto_advance));
    const invoice = finalizeInvoice(world, id);
    if (invoice.automatic_tax.status === "requires_location_inputs") throw new ApiError(400, { code: "customer_tax_location_invalid", message: invoice.last_finalization_error?.message ?? "" }, true);
    if (invoice.status === "paid") settled(world, invoice);
    // Stripe, too, waits for an hour before it takes the payment by itself.
    else if (invoice.auto_advance && invoice.collection_method === "charge_automatically") world.tables.invoices.edit(id, (row) => (row.next_payment_attempt = world.now() + HOUR));
    return invoice;
  }),
  call("POST", "/v1/invoices/:id/pay", toPay, pay),
  call("POST", "/v1/invoices/:id/void", {}, ({ world, id }) => {
    const invoice = requireOpen(world, id, "void");
    const subscription = invoice.parent?.subscription_details?.subscription;
    voidInvoice(world, id);
    if (typeof subscription === "string" && pendingInvoiceOf(world, subscription) === id) dropPending(world, subscription);
    return requireRow(world.tables.invoices, id, "invoice");
  }),
  call("POST", "/v1/invoices/:id/mark_uncollectible", {}, ({ world, id }) => {
    requireOpen(world, id, "mark as uncollectible");
    return update(world, world.tables.invoices, id, "invoice.updated", (row) => {
      Object.assign(row, { status: "uncollectible", auto_advance: false, next_payment_attempt: null });
      row.status_transitions.marked_uncollectible_at = world.now();
    }, ["invoice.marked_uncollectible"]);
  }),
  call("POST", "/v1/invoices/:id/send", {}, ({ world, id }) => {
    const before = requireRow(world.tables.invoices, id, "invoice");
    const invoice = before.status === "draft" ? finalizeInvoice(world, id) : requireOpen(world, id, "send");
    world.record("invoice.sent", invoice);
    return invoice;
  }),
  call("GET", "/v1/invoice_payments", { ...PAGE_CREATED, invoice: text, status: oneOf("canceled", "open", "paid"), payment: object({ type: required(oneOf("payment_intent")), payment_intent: text }) } satisfies Names<Stripe.InvoicePaymentListParams>, ({ world, params }) =>
    listPage(world.tables.invoice_payments, "/v1/invoice_payments", params, (row) => (!params.invoice || row.invoice === params.invoice) && (!params.status || row.status === params.status) && (!params.payment?.payment_intent || row.payment.payment_intent === params.payment.payment_intent))),
  call("GET", "/v1/invoice_payments/:id", {}, ({ world, id }) => requireRow(world.tables.invoice_payments, id, "invoice_payment")),
];

function preview({ world, params }: Asked<Read<typeof toPreview>>): Invoice {
  if (params.schedule || params.schedule_details) return previewSchedule(world, params);
  const { cancel_now, billing_cycle_anchor: anchor, ...change }: NonNullable<typeof params.subscription_details> = params.subscription_details ?? {};
  if (!params.subscription && !params.customer) throw new ApiError(400, { code: "parameter_missing", message: "You must specify `customer` or `subscription`.", param: "customer" });
  const owned = params.subscription ?? (change.items ? undefined : world.tables.subscriptions.all().find((row) => row.customer === params.customer && ["active", "trialing", "past_due"].includes(row.status))?.id);
  if (owned !== undefined) {
    const subscription = requireRow(world.tables.subscriptions, owned, "subscription");
    if (params.customer && subscription.customer !== params.customer) throw invalid(`The subscription ${owned} does not belong to the customer ${params.customer}.`, "subscription");
    return previewInvoice(world, { subscription: owned, change: { ...change, billing_cycle_anchor: anchor?.type, discounts: params.discounts }, cancel_now, automatic_tax: params.automatic_tax?.enabled });
  }
  const customer = params.customer ?? "";
  requireCustomer(world, customer);
  if (!change.items) throw new ApiError(404, { code: "invoice_upcoming_none", message: `No upcoming invoices for customer: ${customer}` });
  const fresh = { customer, items: change.items, discounts: params.discounts, trial_end: change.trial_end, automatic_tax: params.automatic_tax?.enabled, metadata: {}, attempt: null };
  return previewInvoice(world, { change: {}, fresh });
}

function previewSchedule(world: World, { schedule: id, schedule_details: details, subscription, subscription_details, customer, automatic_tax: automatic }: Read<typeof toPreview>): Invoice {
  if (subscription || subscription_details) throw invalid("You cannot specify both `schedule` and `subscription` or `subscription_details`.", "schedule");
  if (!id) throw invalid("The sandbox previews only schedules that exist.", "schedule");
  const schedule = requireRow(world.tables.schedules, id, "subscription_schedule");
  if (customer && schedule.customer !== customer) throw invalid(`The schedule ${id} does not belong to the customer ${customer}.`, "schedule");
  return previewInvoice(world, { schedule: { id, phases: details?.phases }, change: {}, automatic_tax: automatic?.enabled });
}

function updateInvoice({ world, id, params }: Asked<Read<typeof toUpdate>>): Invoice {
  const before = requireRow(world.tables.invoices, id, "invoice");
  const { metadata: given, discounts, automatic_tax: automatic, days_until_due: days, ...rest } = params;
  const isDraft = before.status === "draft";
  if (!isDraft && Object.keys(params).some((name) => name !== "metadata" && name !== "auto_advance" && name !== "default_payment_method")) {
    throw new ApiError(400, { code: "invoice_not_editable", message: "Finalized invoices can't be updated in this way." });
  }
  return update(world, world.tables.invoices, id, "invoice.updated", (row) => {
    Object.assign(row, rest, { metadata: mergeMetadata(row.metadata ?? {}, given) });
    if (days !== undefined) row.due_date = world.now() + days * 86_400;
    if (automatic) row.automatic_tax = { ...row.automatic_tax, enabled: automatic.enabled, provider: automatic.enabled ? "stripe" : null };
    if (params.auto_advance !== undefined && isDraft) row.automatically_finalizes_at = params.auto_advance ? Math.max(row.created, world.now()) + HOUR : null;
    if (discounts !== undefined) row.discounts = startDiscounts(world, discounts ?? [], { customer: row.customer ?? "", subscription: null, invoice: id });
    if (isDraft) addUp(world, row);
  });
}

function pay({ world, id, params }: Asked<Read<typeof toPay>>): Invoice {
  const before = requireRow(world.tables.invoices, id, "invoice");
  if (before.status === "draft") finalizeInvoice(world, id);
  const invoice = before.status === "paid" && before.amount_paid === 0 && before.status_transitions.paid_at === world.now() ? before : requireOpen(world, id, "pay");
  if (invoice.status === "paid") {
    settled(world, invoice);
    return invoice;
  }
  if (params.paid_out_of_band) {
    payOutOfBand(world, invoice);
    return invoice;
  }
  const card = params.payment_method ? resolveCard(world, params.payment_method) : undefined;
  const outcome = collect(world, id, { card, offSession: params.off_session ?? true });
  if (outcome.kind !== "paid") throw paymentError(world, invoice, outcome, "invoice_payment_intent_requires_action");
  return invoice;
}
