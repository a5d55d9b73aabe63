/** The shapes that go over the wire: the SDK's types with decimals as text and references as ids, as they are without `expand`. */
import type Stripe from "stripe";

type Leaf = string | number | boolean | null | undefined;
type Field<T> = [Extract<T, { id: string; object: string }>] extends [never] ? Wire<T> : [Extract<T, string>] extends [never] ? Wire<T> : Extract<T, Leaf>;
export type Wire<T> = T extends Leaf
  ? T
  : T extends Stripe.Decimal
    ? string
    : T extends readonly (infer Item)[]
      ? Field<Item>[]
      : T extends object
        ? { [Key in keyof T]: Field<T[Key]> }
        : T;

export interface List<T> {
  object: "list";
  data: T[];
  has_more: boolean;
  url: string;
}
type WithList<T, Key extends string, Item> = Omit<T, Key> & Record<Key, List<Item>>;

export type Metadata = Record<string, string>;
export type Customer = Omit<Wire<Stripe.Customer>, "subscriptions" | "tax_ids" | "sources" | "tax" | "cash_balance" | "discount"> & { discount: null };
export type Product = Wire<Stripe.Product>;
export type Price = Wire<Stripe.Price>;
export type Plan = Wire<Stripe.Plan>;
export type SubscriptionItem = Omit<Wire<Stripe.SubscriptionItem>, "price" | "plan"> & { price: Price; plan: Plan };
export type Subscription = WithList<Wire<Stripe.Subscription>, "items", SubscriptionItem>;
export type Schedule = Wire<Stripe.SubscriptionSchedule>;
export type Line = Wire<Stripe.InvoiceLineItem>;
export type Invoice = WithList<Omit<Wire<Stripe.Invoice>, "payments" | "default_tax_rates">, "lines", Line> & { default_tax_rates: [] };
export type InvoicePayment = Wire<Stripe.InvoicePayment>;
export type InvoiceItem = Omit<Wire<Stripe.InvoiceItem>, "tax_rates"> & { tax_rates: [] };
export type PaymentIntent = Omit<Wire<Stripe.PaymentIntent>, "last_payment_error"> & { last_payment_error: Record<string, unknown> | null };
export type SetupIntent = Omit<Wire<Stripe.SetupIntent>, "last_setup_error"> & { last_setup_error: Record<string, unknown> | null };
export type PaymentMethod = Wire<Stripe.PaymentMethod>;
export type Charge = Omit<Wire<Stripe.Charge>, "refunds" | "source"> & { source: null };
export type Refund = Wire<Stripe.Refund>;
export type Dispute = Omit<Wire<Stripe.Dispute>, "balance_transactions" | "evidence"> & { balance_transactions: []; evidence: Record<string, unknown> };
export type CreditNote = Omit<Wire<Stripe.CreditNote>, "lines"> & { lines: List<Wire<Stripe.CreditNoteLineItem>> };
export type Coupon = Wire<Stripe.Coupon>;
export type PromotionCode = Wire<Stripe.PromotionCode>;
export type Discount = Wire<Stripe.Discount>;
export type TaxId = Wire<Stripe.TaxId>;
export type BalanceTransaction = Wire<Stripe.CustomerBalanceTransaction>;
export type Meter = Wire<Stripe.Billing.Meter>;
export type CheckoutSession = Omit<Wire<Stripe.Checkout.Session>, "line_items">;
export type PortalConfiguration = Wire<Stripe.BillingPortal.Configuration>;
export type PortalSession = Wire<Stripe.BillingPortal.Session>;
export type WebhookEndpoint = Wire<Stripe.WebhookEndpoint>;
export type Address = Wire<Stripe.Address>;

/** An event as it is kept and sent. */
export interface SandboxEvent {
  id: string;
  object: "event";
  api_version: string;
  created: number;
  data: { object: Record<string, unknown>; previous_attributes?: Record<string, unknown> };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}
