/** What happens when somebody presses the button of a checkout page. */
import { ApiError, invalid } from "../http/error";
import { requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { CheckoutPlan } from "../world/plan";
import type { CardBehavior } from "../world/tables";
import type { CheckoutSession, Invoice } from "../world/wire";
import type { World } from "../world/world";
import { addTaxId, TAX_ID_TYPES } from "../resources/tax-ids";
import { declined, makeCard, PAGE_CARDS } from "./cards";
import type { DiscountParam } from "./discounts";
import { requireUsableCode } from "./discounts";
import { subscribe, type NewSubscription } from "./subscribe";

/** What a person chose and wrote on the page. */
export interface PageChoice {
  card: CardBehavior;
  isConfirmed: boolean;
  code?: string;
  name?: string;
  country?: string;
  postalCode?: string;
  taxIdType?: string;
  taxId?: string;
}

/** Completes a session. Throws ApiError when it cannot be: 402 for a card that was declined or wants a confirmation. */
export function completeCheckout(world: World, id: string, choice: PageChoice): CheckoutSession {
  const session = requireOpenSession(world, id);
  const plan = planOf(world, id);
  const customer = session.customer ?? "";
  applyDetails(world, session, plan, choice);
  if (choice.card === "declines" && (session.mode === "setup" || totalOf(world, session, plan, choice) > 0)) throw declined("generic_decline");
  if (choice.card === "asks" && !choice.isConfirmed) throw new ApiError(402, { type: "card_error", code: "authentication_required", message: "The card asks for a confirmation." });
  const card = makeCard(world, PAGE_CARDS[choice.card]);
  world.tables.payment_methods.edit(card.id, (row) => {
    row.customer = customer;
    row.billing_details.name = world.tables.customers.get(customer)?.name ?? null;
    row.billing_details.address = world.tables.customers.get(customer)?.address ?? null;
  });
  world.record("payment_method.attached", card);
  const result = session.mode === "setup" ? { setup_intent: setUp(world, session, plan, card.id) } : buy(world, session, plan, choice, card.id);
  const row = world.tables.customers.get(customer);
  return update(world, world.tables.checkout_sessions, id, null, (each) => {
    Object.assign(each, result, { status: "complete", url: null });
    each.customer_details = {
      address: row?.address ?? null, business_name: null, email: row?.email ?? null, individual_name: null, name: row?.name ?? null, phone: row?.phone ?? null, tax_exempt: row?.tax_exempt ?? "none",
      tax_ids: world.tables.tax_ids.filter((tax) => tax.customer === customer).map(({ type, value }) => ({ type, value })),
    };
  }, ["checkout.session.completed"]);
}

/** What a session would cost now, with what was chosen so far. Nothing stays of it. */
export function rehearseCheckout(world: World, session: CheckoutSession, choice: PageChoice): Invoice {
  return world.rehearse(() => {
    const plan = planOf(world, session.id);
    applyDetails(world, session, plan, choice);
    return subscribe(world, { ...newSubscription(world, session, plan, choice), attempt: null }).invoice;
  });
}

export function requireOpenSession(world: World, id: string): CheckoutSession {
  const session = requireRow(world.tables.checkout_sessions, id, "checkout session");
  if (session.status !== "open") throw invalid(`This Checkout Session is ${session.status}: it cannot be completed any more.`, "session");
  return session;
}

export function planOf(world: World, id: string): CheckoutPlan {
  const plan = world.hidden(id).checkout;
  if (!plan) throw new Error(`${id} sells nothing`);
  return plan;
}

function buy(world: World, session: CheckoutSession, plan: CheckoutPlan, choice: PageChoice, card: string): Partial<CheckoutSession> {
  const attempt = { card: world.tables.payment_methods.get(card), offSession: false, isConfirmed: choice.isConfirmed };
  const { subscription, invoice } = subscribe(world, { ...newSubscription(world, session, plan, choice), default_payment_method: card, payment_behavior: "error_if_incomplete", attempt });
  const tax = (invoice.total_taxes ?? []).reduce((sum, each) => sum + each.amount, 0);
  return {
    subscription: subscription.id, invoice: invoice.id, amount_subtotal: invoice.subtotal, amount_total: invoice.total, payment_status: invoice.total === 0 ? "no_payment_required" : "paid",
    total_details: { amount_discount: (invoice.total_discount_amounts ?? []).reduce((sum, each) => sum + each.amount, 0), amount_shipping: 0, amount_tax: tax },
  };
}

function setUp(world: World, session: CheckoutSession, plan: CheckoutPlan, card: string): string {
  const id = newId("seti");
  world.tables.setup_intents.put(id, {
    id, object: "setup_intent", allowed_payment_method_types: null, application: null, automatic_payment_methods: null, cancellation_reason: null, client_secret: newId(`${id}_secret`), created: world.now(), customer: session.customer,
    customer_account: null, description: null, excluded_payment_method_types: null, flow_directions: null, last_setup_error: null, latest_attempt: null, livemode: false, mandate: null, metadata: plan.setup_metadata, next_action: null,
    on_behalf_of: null, payment_method: card, payment_method_configuration_details: null, payment_method_options: null, payment_method_types: ["card"], single_use_mandate: null, status: "succeeded", usage: "off_session",
  });
  world.record("setup_intent.succeeded", world.tables.setup_intents.get(id) ?? {});
  return id;
}

function newSubscription(world: World, session: CheckoutSession, plan: CheckoutPlan, choice: PageChoice): NewSubscription {
  return {
    customer: session.customer ?? "", items: plan.items, trial_period_days: plan.trial_period_days, trial_end: plan.trial_end, missing_payment_method: plan.missing_payment_method, description: plan.description, metadata: plan.metadata,
    discounts: discountsOf(world, session, plan, choice), automatic_tax: session.automatic_tax.enabled, checkout_session: session.id, attempt: null,
  };
}

function discountsOf(world: World, session: CheckoutSession, plan: CheckoutPlan, { code }: PageChoice): DiscountParam[] {
  if (!code) return plan.discounts;
  if (!session.allow_promotion_codes) throw invalid("This session takes no promotion codes.", "promotion_code");
  const row = world.tables.promotion_codes.all().findLast((each) => each.code.toLowerCase() === code.trim().toLowerCase());
  if (!row) throw invalid(`There is no promotion code ${code}.`, "promotion_code", "resource_missing");
  requireUsableCode(world, row.id, session.customer);
  return [{ promotion_code: row.id }];
}

function applyDetails(world: World, session: CheckoutSession, plan: CheckoutPlan, choice: PageChoice): void {
  const customer = session.customer ?? "";
  const { country, name, taxId, taxIdType, postalCode } = choice;
  if (country !== undefined && !/^[A-Z]{2}$/.test(country)) throw invalid("The country is two letters, like DE.", "country");
  if ((country && plan.updates_address) || (name && plan.updates_name)) {
    update(world, world.tables.customers, customer, "customer.updated", (row) => {
      if (country && plan.updates_address) row.address = { city: null, line1: null, line2: null, state: null, ...row.address, postal_code: postalCode ?? null, country };
      if (name && plan.updates_name) row.name = name;
    });
  }
  if (taxId && session.tax_id_collection?.enabled) {
    const type = TAX_ID_TYPES.find((each) => each === taxIdType);
    if (!type) throw invalid("Choose which kind of tax id it is.", "tax_id_type");
    const known = world.tables.tax_ids.all().some((row) => row.customer === customer && row.value === taxId.trim().toUpperCase());
    if (!known) addTaxId(world, customer, type, taxId);
  }
}

function totalOf(world: World, session: CheckoutSession, plan: CheckoutPlan, choice: PageChoice): number {
  return world.rehearse(() => subscribe(world, newSubscription(world, session, plan, choice)).invoice.amount_due);
}
