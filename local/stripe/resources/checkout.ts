import type Stripe from "stripe";
import { rehearseCheckout } from "../billing/complete-checkout";
import { discountsKind } from "../billing/discounts";
import { call, type Asked } from "../http/call";
import { ApiError, invalid } from "../http/error";
import { count, decimal, email, flag, integer, list, mergeMetadata, metadata, object, oneOf, required, text, url, type Names, type Read } from "../http/kinds";
import { cut, listPage, PAGE, PAGE_CREATED } from "../http/list";
import { DAY, HOUR } from "../world/calendar";
import { requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { CheckoutPlan } from "../world/plan";
import type { CheckoutSession, Customer } from "../world/wire";
import type { World } from "../world/world";
import { requireCustomer } from "./require-customer";

const auto = oneOf("auto", "never");
const lineItem = object({ price: text, quantity: count, price_data: object({ currency: required(text), product: required(text), recurring: required(object({ interval: required(oneOf("day", "week", "month", "year")), interval_count: integer })), unit_amount: count, unit_amount_decimal: decimal }) });
const subscriptionData = object({
  description: text, metadata, trial_end: integer, trial_period_days: integer, trial_settings: object({ end_behavior: required(object({ missing_payment_method: required(oneOf("cancel", "create_invoice", "pause")) })) }),
});
const toCreate = {
  allow_promotion_codes: flag, automatic_tax: object({ enabled: required(flag) }), billing_address_collection: oneOf("auto", "required"), cancel_url: url, client_reference_id: text, currency: oneOf("usd"), customer: text, customer_email: email,
  customer_update: object({ address: auto, name: auto }), discounts: discountsKind, expires_at: integer, line_items: list(lineItem), locale: oneOf("auto", "en"), metadata, mode: required(oneOf("payment", "setup", "subscription")),
  payment_method_collection: oneOf("always", "if_required"), payment_method_types: list(oneOf("card")), setup_intent_data: object({ metadata, description: text }), submit_type: oneOf("auto", "pay", "subscribe"), subscription_data: subscriptionData,
  success_url: url, tax_id_collection: object({ enabled: required(flag), required: oneOf("if_supported", "never") }), ui_mode: oneOf("hosted_page"),
} satisfies Names<Stripe.Checkout.SessionCreateParams & { payment_method_types?: unknown }>;
type Params = Read<typeof toCreate>;

export const checkoutCalls = [
  call("POST", "/v1/checkout/sessions", toCreate, createSession),
  call("GET", "/v1/checkout/sessions", { ...PAGE_CREATED, customer: text, payment_intent: text, subscription: text, status: oneOf("complete", "expired", "open") } satisfies Names<Stripe.Checkout.SessionListParams>, ({ world, params }) =>
    listPage(world.tables.checkout_sessions, "/v1/checkout/sessions", params, (row) => (!params.customer || row.customer === params.customer) && (!params.subscription || row.subscription === params.subscription) && (!params.status || row.status === params.status))),
  call("GET", "/v1/checkout/sessions/:id", {}, ({ world, id }) => requireRow(world.tables.checkout_sessions, id, "checkout session")),
  call("GET", "/v1/checkout/sessions/:id/line_items", PAGE, ({ world, id, params }) => {
    requireRow(world.tables.checkout_sessions, id, "checkout session");
    // They are objects of the API, made below.
    return cut((world.hidden(id).line_items ?? []) as { id: string }[], `/v1/checkout/sessions/${id}/line_items`, params);
  }),
  call("POST", "/v1/checkout/sessions/:id/expire", {}, ({ world, id }) => {
    const session = requireRow(world.tables.checkout_sessions, id, "checkout session");
    if (session.status !== "open") throw invalid(`Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`);
    return update(world, world.tables.checkout_sessions, id, null, (row) => Object.assign(row, { status: "expired", url: null }), ["checkout.session.expired"]);
  }),
];

function createSession({ world, params }: Asked<Params>): CheckoutSession {
  const now = world.now();
  const customer = checkParams(world, params);
  const id = newId("cs_test", 58);
  const plan = readPlan(params);
  world.hide(id, { checkout: plan });
  const expires = params.expires_at ?? now + DAY;
  if (expires < now + HOUR / 2 || expires > now + DAY) throw invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", "expires_at");
  const isSetup = params.mode === "setup";
  const session: CheckoutSession = {
    id, object: "checkout.session", adaptive_pricing: null, after_expiration: null, allow_promotion_codes: params.allow_promotion_codes ?? null, allowed_payment_method_types: null, amount_subtotal: null, amount_total: null,
    automatic_tax: { enabled: params.automatic_tax?.enabled ?? false, liability: params.automatic_tax?.enabled ? { type: "self" } : null, provider: params.automatic_tax?.enabled ? "stripe" : null, status: params.automatic_tax?.enabled ? "requires_location_inputs" : null },
    billing_address_collection: params.billing_address_collection ?? null, cancel_url: params.cancel_url ?? null, client_reference_id: params.client_reference_id ?? null, client_secret: null, collected_information: null, consent: null,
    consent_collection: null, created: now, currency: isSetup ? null : "usd", currency_conversion: null, custom_fields: [], custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: customer?.id ?? null, customer_account: null, customer_creation: customer ? null : "always",
    customer_details: { address: null, business_name: null, email: customer?.email ?? params.customer_email ?? null, individual_name: null, name: null, phone: null, tax_exempt: "none", tax_ids: null }, customer_email: params.customer_email ?? null,
    discounts: [], expires_at: expires, integration_identifier: null, invoice: null, invoice_creation: null, livemode: false, locale: params.locale ?? null, managed_payments: null, metadata: mergeMetadata({}, params.metadata), mode: params.mode,
    origin_context: null, payment_intent: null, payment_link: null, payment_method_collection: params.payment_method_collection ?? "always", payment_method_configuration_details: null, payment_method_options: null,
    payment_method_types: ["card"], payment_status: isSetup ? "no_payment_required" : "unpaid", permissions: null, recovered_from: null, saved_payment_method_options: null, setup_intent: null, shipping_address_collection: null,
    shipping_cost: null, shipping_options: [], status: "open", submit_type: params.submit_type ?? null, subscription: null, success_url: params.success_url ?? null,
    tax_id_collection: { enabled: params.tax_id_collection?.enabled ?? false, required: params.tax_id_collection?.required ?? "never" }, total_details: null, ui_mode: "hosted_page", url: `${world.baseUrl()}/checkout/${id}`, wallet_options: null,
  };
  world.tables.checkout_sessions.put(id, session);
  if (!isSetup) addUpSession(world, session, plan);
  return session;
}

function checkParams(world: World, params: Params): Customer | null {
  if (params.mode === "payment") throw invalid("The sandbox has no checkout in `payment` mode.", "mode");
  if (!params.success_url) throw new ApiError(400, { code: "parameter_missing", message: "Missing required param: success_url.", param: "success_url" });
  if (params.customer && params.customer_email) throw invalid("You may only specify one of these parameters: customer, customer_email.", "customer_email");
  if (!params.customer) throw invalid("The sandbox's checkout needs a `customer`.", "customer");
  const customer = requireCustomer(world, params.customer);
  if (params.mode === "setup") {
    const wrong = (["line_items", "subscription_data", "discounts", "allow_promotion_codes"] as const).find((name) => params[name] !== undefined);
    if (wrong) throw invalid(`You can not pass \`${wrong}\` in \`setup\` mode.`, wrong);
    return customer;
  }
  if (!params.line_items || params.line_items.length === 0) throw new ApiError(400, { code: "parameter_missing", message: "Missing required param: line_items.", param: "line_items" });
  if (params.setup_intent_data) throw invalid("You can only pass `setup_intent_data` in `setup` mode.", "setup_intent_data");
  if (params.discounts && params.allow_promotion_codes !== undefined) throw invalid("You may only specify one of these parameters: allow_promotion_codes, discounts.", "allow_promotion_codes");
  params.line_items.forEach((item, index) => {
    const isMetered = world.tables.prices.get(item.price)?.recurring?.usage_type === "metered";
    if (!isMetered && item.quantity === undefined) throw invalid("Quantity is required. Add `quantity` to `line_items`", `line_items[${index}][quantity]`);
    if (isMetered && item.quantity !== undefined) throw invalid("You can not specify a quantity for a metered price.", `line_items[${index}][quantity]`);
  });
  if (params.automatic_tax?.enabled && !customer.address?.country && params.customer_update?.address !== "auto") {
    throw new ApiError(400, { code: "customer_tax_location_invalid", message: "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or set `customer_update[address]` to 'auto' to save the address entered in Checkout to the Customer." });
  }
  if (params.tax_id_collection?.enabled && params.customer_update?.name !== "auto") {
    throw invalid("Tax ID collection requires updating business name on the customer. To enable tax ID collection for an existing customer, please set `customer_update[name]` to `auto`.");
  }
  return customer;
}

function readPlan(params: Params): CheckoutPlan {
  const data = params.subscription_data;
  return {
    items: params.line_items ?? [], trial_period_days: data?.trial_period_days, trial_end: data?.trial_end, missing_payment_method: data?.trial_settings?.end_behavior.missing_payment_method, description: data?.description,
    metadata: mergeMetadata({}, data?.metadata), discounts: params.discounts ?? [], updates_address: params.customer_update?.address === "auto", updates_name: params.customer_update?.name === "auto",
    setup_metadata: mergeMetadata({}, params.setup_intent_data?.metadata),
  };
}

function addUpSession(world: World, session: CheckoutSession, plan: CheckoutPlan): void {
  // Tax is known when the address is; until then the page shows what stands without it.
  const invoice = rehearseCheckout(world, { ...session, automatic_tax: { ...session.automatic_tax, enabled: false } }, { card: "succeeds", isConfirmed: false });
  Object.assign(session, { amount_subtotal: invoice.subtotal, amount_total: invoice.total, total_details: { amount_discount: invoice.subtotal - invoice.total, amount_shipping: 0, amount_tax: 0 } });
  world.hide(session.id, {
    line_items: plan.items.map((item) => {
      const line = invoice.lines.data.find((each) => each.pricing?.price_details?.price === item.price);
      const price = world.tables.prices.get(item.price);
      return {
        id: newId("li"), object: "item", adjustable_quantity: null, amount_discount: 0, amount_subtotal: line?.amount ?? 0, amount_tax: 0, amount_total: line?.amount ?? 0, currency: "usd",
        description: world.tables.products.get(price?.product)?.name ?? null, metadata: {}, price: price ?? null, quantity: item.quantity ?? null,
      };
    }),
  });
}

