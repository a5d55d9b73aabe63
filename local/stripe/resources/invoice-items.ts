import type Stripe from "stripe";
import { amountOf } from "../billing/money";
import { addUp, requireDraft } from "../billing/invoices";
import { pendingLine } from "../billing/lines";
import { call } from "../http/call";
import { ApiError, invalid, missingParameter } from "../http/error";
import { count, decimal, flag, integer, mergeMetadata, metadata, object, oneOf, required, text, type Names } from "../http/kinds";
import { listPage, PAGE_CREATED } from "../http/list";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { InvoiceItem } from "../world/wire";
import { requireCustomer } from "./require-customer";

const period = object({ start: required(integer), end: required(integer) });
const toCreate = {
  amount: integer, currency: oneOf("usd"), customer: required(text), description: text, discountable: flag, invoice: text, metadata, period, pricing: object({ price: text }), quantity: count, subscription: text, unit_amount_decimal: decimal,
} satisfies Names<Stripe.InvoiceItemCreateParams>;

export const invoiceItemCalls = [
  call("POST", "/v1/invoiceitems", toCreate, ({ world, params }) => {
    requireCustomer(world, params.customer);
    const price = params.pricing?.price ? world.tables.prices.get(params.pricing.price) : undefined;
    if (params.pricing?.price && !price) throw missingParameter("price", params.pricing.price, "pricing[price]");
    if (price?.recurring) throw invalid("The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.", "pricing[price]");
    if (params.subscription && !world.tables.subscriptions.get(params.subscription)) throw missingParameter("subscription", params.subscription, "subscription");
    const unit = params.unit_amount_decimal ?? price?.unit_amount_decimal ?? null;
    if (params.amount === undefined && unit === null) throw new ApiError(400, { code: "parameter_missing", message: "You must pass `amount`, `unit_amount_decimal` or `pricing`.", param: "amount" });
    if (params.amount !== undefined && (unit !== null || params.quantity !== undefined)) throw invalid("You may only specify one of these parameters: amount, quantity.", "amount", "parameters_exclusive");
    const quantity = params.quantity ?? 1;
    const amount = params.amount ?? amountOf(quantity, unit ?? "0");
    const now = world.now();
    const item: InvoiceItem = {
      id: newId("ii"), object: "invoiceitem", amount, currency: "usd", customer: params.customer, customer_account: null, date: now, description: params.description ?? null, discountable: params.discountable ?? amount >= 0,
      discounts: [], invoice: params.invoice ?? null, livemode: false, metadata: mergeMetadata({}, params.metadata), net_amount: amount,
      parent: params.subscription ? { subscription_details: { subscription: params.subscription }, type: "subscription_details" } : null, period: params.period ?? { start: now, end: now },
      pricing: { ...(price ? { price_details: { price: price.id, product: price.product } } : {}), type: "price_details", unit_amount_decimal: unit ?? String(amount) }, proration: false, quantity,
      quantity_decimal: String(quantity), tax_rates: [], test_clock: null,
    };
    if (params.invoice) {
      const draft = requireDraft(world, params.invoice);
      if (draft.customer !== params.customer) throw invalid("The invoice belongs to another customer.", "invoice");
      update(world, world.tables.invoices, params.invoice, "invoice.updated", (row) => {
        row.lines.data.push({ ...pendingLine(item), invoice: row.id });
        addUp(world, row);
      });
    }
    return create(world, world.tables.invoice_items, item, "invoiceitem.created");
  }),
  call("GET", "/v1/invoiceitems", { ...PAGE_CREATED, customer: text, invoice: text, pending: flag } satisfies Names<Stripe.InvoiceItemListParams>, ({ world, params }) =>
    listPage(world.tables.invoice_items, "/v1/invoiceitems", params, (row) => (!params.customer || row.customer === params.customer) && (!params.invoice || row.invoice === params.invoice) && (params.pending === undefined || (row.invoice === null) === params.pending))),
  call("GET", "/v1/invoiceitems/:id", {}, ({ world, id }) => requireRow(world.tables.invoice_items, id, "invoiceitem")),
  call("DELETE", "/v1/invoiceitems/:id", {}, ({ world, id }) => {
    const item = requireRow(world.tables.invoice_items, id, "invoiceitem");
    if (item.invoice !== null) {
      requireDraft(world, item.invoice);
      update(world, world.tables.invoices, item.invoice, "invoice.updated", (row) => {
        row.lines.data = row.lines.data.filter((line) => (line.parent?.invoice_item_details?.invoice_item ?? line.parent?.subscription_item_details?.invoice_item) !== id);
        addUp(world, row);
      });
    }
    world.tables.invoice_items.remove(id);
    world.record("invoiceitem.deleted", item);
    return { id, object: "invoiceitem", deleted: true };
  }),
];
