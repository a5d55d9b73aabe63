import type Stripe from "stripe";
import { call } from "../http/call";
import { invalid, missing, missingParameter } from "../http/error";
import { clearable, count, email, emptyable, integer, list, mergeMetadata, metadata, object, oneOf, required, text, type Names } from "../http/kinds";
import { listPage, PAGE, PAGE_CREATED } from "../http/list";
import { addBalance } from "../billing/balance";
import { attachCard } from "../billing/cards";
import { cancelSubscription } from "../billing/cancel";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { Customer } from "../world/wire";
import type { World } from "../world/world";
import { address, EMPTY_ADDRESS, readAddress } from "./address";
import { requireCustomer } from "./require-customer";
import { addTaxId, TAX_ID_TYPE } from "./tax-ids";

const invoiceSettings = object({ default_payment_method: clearable, footer: clearable });
const common = {
  address: emptyable(address), balance: integer, description: clearable, email: emptyable(email), invoice_prefix: text, invoice_settings: invoiceSettings, metadata, name: clearable,
  next_invoice_sequence: count, phone: clearable, preferred_locales: list(text), tax_exempt: emptyable(oneOf("exempt", "none", "reverse")), business_name: clearable, individual_name: clearable,
} satisfies Names<Stripe.CustomerUpdateParams>;
const toCreate = { ...common, payment_method: text, tax_id_data: list(object({ type: required(TAX_ID_TYPE), value: required(text) })) } satisfies Names<Stripe.CustomerCreateParams>;

export const customerCalls = [
  call("POST", "/v1/customers", toCreate, ({ world, params }) => {
    const id = newId("cus", 14);
    const customer: Customer = {
      id, object: "customer", address: readAddress(params.address) ?? null, balance: 0, created: world.now(), currency: null, customer_account: null, default_source: null, delinquent: false,
      description: params.description ?? null, discount: null, email: params.email ?? null, invoice_prefix: params.invoice_prefix ?? newId("", 8).slice(1).toUpperCase(),
      invoice_settings: { custom_fields: null, default_payment_method: null, footer: params.invoice_settings?.footer ?? null, rendering_options: null }, livemode: false,
      metadata: mergeMetadata({}, params.metadata), name: params.name ?? null, next_invoice_sequence: params.next_invoice_sequence ?? 1, phone: params.phone ?? null, preferred_locales: params.preferred_locales ?? [],
      shipping: null, tax_exempt: params.tax_exempt ?? "none", test_clock: null,
      ...(params.business_name ? { business_name: params.business_name } : {}), ...(params.individual_name ? { individual_name: params.individual_name } : {}),
    };
    world.tables.customers.put(id, customer);
    if (params.balance) addBalance(world, id, { amount: params.balance, type: "initial" });
    if (params.payment_method) attachCard(world, params.payment_method, id);
    const card = params.invoice_settings?.default_payment_method;
    if (card) setDefaultCard(world, customer, card);
    create(world, world.tables.customers, customer, "customer.created");
    for (const given of params.tax_id_data ?? []) addTaxId(world, id, given.type, given.value);
    return customer;
  }),
  call("GET", "/v1/customers", { ...PAGE_CREATED, email: text } satisfies Names<Stripe.CustomerListParams>, ({ world, params }) =>
    listPage(world.tables.customers, "/v1/customers", params, (row) => row.deleted === undefined && (params.email === undefined || row.email === params.email))),
  call("GET", "/v1/customers/:id", {}, ({ world, id }) => requireRow(world.tables.customers, id, "customer")),
  call("POST", "/v1/customers/:id", common, ({ world, id, params }) => {
    requireCustomer(world, id);
    const { metadata: given, address: place, balance, invoice_settings: settings, ...rest } = params;
    if (balance !== undefined) addBalance(world, id, { amount: balance - requireCustomer(world, id).balance, type: "adjustment" });
    return update(world, world.tables.customers, id, "customer.updated", (row) => {
      Object.assign(row, rest, { metadata: mergeMetadata(row.metadata, given) });
      if (place !== undefined) row.address = place === null ? null : { ...(row.address ?? EMPTY_ADDRESS), ...place };
      if (settings?.footer !== undefined) row.invoice_settings.footer = settings.footer;
      if (settings?.default_payment_method !== undefined) setDefaultCard(world, row, settings.default_payment_method);
    });
  }),
  call("DELETE", "/v1/customers/:id", {}, ({ world, id }) => {
    requireCustomer(world, id);
    for (const each of world.tables.subscriptions.filter((row) => row.customer === id && !["canceled", "incomplete_expired"].includes(row.status))) cancelSubscription(world, each.id, { reason: "cancellation_requested" });
    const deleted = { id, object: "customer", deleted: true };
    world.record("customer.deleted", requireCustomer(world, id));
    // What is left of a deleted customer has another shape.
    world.tables.customers.put(id, deleted as unknown as Customer);
    return deleted;
  }),
  call("POST", "/v1/customers/:id/balance_transactions", { amount: required(integer), currency: required(text), description: text, metadata } satisfies Names<Stripe.CustomerCreateBalanceTransactionParams>, ({ world, id, params }) => {
    requireCustomer(world, id);
    if (params.currency !== "usd") throw invalid("The sandbox has usd only.", "currency");
    return addBalance(world, id, { amount: params.amount, type: "adjustment", description: params.description ?? null, metadata: mergeMetadata({}, params.metadata) });
  }),
  call("GET", "/v1/customers/:id/balance_transactions", { ...PAGE_CREATED, invoice: text }, ({ world, id, params }) =>
    listPage(world.tables.balance_transactions, `/v1/customers/${requireCustomer(world, id).id}/balance_transactions`, params, (row) => row.customer === id && (!params.invoice || row.invoice === params.invoice))),
  call("GET", "/v1/customers/:id/balance_transactions/:transaction", {}, ({ world, second }) => requireRow(world.tables.balance_transactions, second, "customer_balance_transaction")),
  call("GET", "/v1/customers/:id/payment_methods", { ...PAGE, type: text }, ({ world, id, params }) =>
    listPage(world.tables.payment_methods, `/v1/customers/${requireCustomer(world, id).id}/payment_methods`, params, (row) => row.customer === id && (!params.type || row.type === params.type))),
  call("GET", "/v1/customers/:id/payment_methods/:method", {}, ({ world, id, second }) => {
    const card = requireRow(world.tables.payment_methods, second, "PaymentMethod");
    if (card.customer !== id) throw missing("PaymentMethod", second, "payment_method");
    return card;
  }),
];

function setDefaultCard(world: World, customer: Customer, card: string | null): void {
  if (card !== null && world.tables.payment_methods.get(card)?.customer !== customer.id) throw missingParameter("PaymentMethod", card, "invoice_settings[default_payment_method]");
  customer.invoice_settings.default_payment_method = card;
}
