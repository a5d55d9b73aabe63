import type { CheckoutPlan } from "./plan";
import type * as wire from "./wire";
import { Table, type Undo } from "./table";

/** How a card behaves: the tokens and the buttons of the checkout page choose one. */
export type CardBehavior = "succeeds" | "declines" | "declines_later" | "asks" | "asks_later";

/** What the sandbox knows of an object and Stripe does not show. */
export interface Hidden {
  behavior?: CardBehavior;
  /** A card that behaves in another way once it has paid has. */
  has_paid?: boolean;
  /** What the next payments of a customer do, one each. */
  next_payments?: ("fail" | "action")[];
  trial_will_end_sent?: boolean;
  upcoming_sent_for?: number;
  /** A price that was made within another call: it stands in no list. */
  is_inline?: boolean;
  /** A subscription item counts usage from here on. */
  usage_from?: number;
  /** The first time that payment of an invoice was tried without success. */
  first_failed_at?: number;
  /** An update that takes effect when its invoice is paid; without `wanted` it is in effect, and taken back should the payment fail. */
  pending_update?: { invoice: string; wanted?: Pick<wire.Subscription, "items" | "status" | "trial_end" | "billing_cycle_anchor"> };
  /** What a checkout session sells. */
  line_items?: object[];
  /** What a checkout session makes. */
  checkout?: CheckoutPlan;
  /** What the person wrote on the checkout page, while a card asks for confirmation. */
  page?: Record<string, string>;
  customer?: string;
  /** An invoice that took in the pending items of its subscription. */
  invoice?: string;
}

export interface StoredMeterEvent {
  id: string;
  identifier: string;
  event_name: string;
  customer: string;
  value: string;
  timestamp: number;
  created: number;
  canceled: boolean;
  payload: Record<string, string>;
}

export interface Delivery {
  id: string;
  event: string;
  type: string;
  url: string;
  status: "pending" | "held" | "delivered" | "failed";
  attempts: number;
  next_attempt_at: number | null;
  last_status: number | null;
  last_error: string | null;
}

export interface Replay {
  fingerprint: string;
  status: number;
  body: string;
  created: number;
}

export function makeTables(undo: Undo) {
  return {
    customers: new Table<wire.Customer>(undo),
    tax_ids: new Table<wire.TaxId>(undo),
    balance_transactions: new Table<wire.BalanceTransaction>(undo),
    products: new Table<wire.Product>(undo),
    prices: new Table<wire.Price>(undo),
    meters: new Table<wire.Meter>(undo),
    meter_events: new Table<StoredMeterEvent>(undo),
    coupons: new Table<wire.Coupon>(undo),
    promotion_codes: new Table<wire.PromotionCode>(undo),
    discounts: new Table<wire.Discount>(undo),
    payment_methods: new Table<wire.PaymentMethod>(undo),
    setup_intents: new Table<wire.SetupIntent>(undo),
    payment_intents: new Table<wire.PaymentIntent>(undo),
    charges: new Table<wire.Charge>(undo),
    refunds: new Table<wire.Refund>(undo),
    disputes: new Table<wire.Dispute>(undo),
    subscriptions: new Table<wire.Subscription>(undo),
    schedules: new Table<wire.Schedule>(undo),
    invoices: new Table<wire.Invoice>(undo),
    invoice_payments: new Table<wire.InvoicePayment>(undo),
    invoice_items: new Table<wire.InvoiceItem>(undo),
    credit_notes: new Table<wire.CreditNote>(undo),
    checkout_sessions: new Table<wire.CheckoutSession>(undo),
    portal_configurations: new Table<wire.PortalConfiguration>(undo),
    portal_sessions: new Table<wire.PortalSession>(undo),
    webhook_endpoints: new Table<wire.WebhookEndpoint>(undo),
    events: new Table<wire.SandboxEvent>(undo),
    hidden: new Table<Hidden>(undo),
  };
}

export type Tables = ReturnType<typeof makeTables>;
