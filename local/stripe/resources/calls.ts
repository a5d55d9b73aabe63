import type { Call } from "../http/call";
import { couponCalls } from "./coupons";
import { creditNoteCalls } from "./credit-notes";
import { customerCalls } from "./customers";
import { checkoutCalls } from "./checkout";
import { eventCalls } from "./events";
import { invoiceItemCalls } from "./invoice-items";
import { invoiceCalls } from "./invoices";
import { meterCalls } from "./meters";
import { paymentMethodCalls } from "./payment-methods";
import { paymentCalls } from "./payments";
import { portalCalls } from "./portal";
import { priceCalls } from "./prices";
import { productCalls } from "./products";
import { scheduleCalls } from "./schedules";
import { subscriptionCalls } from "./subscriptions";
import { taxIdCalls } from "./tax-ids";

/** Every call that the sandbox answers; the first that fits is taken. */
export const CALLS: Call[] = [
  ...customerCalls, ...taxIdCalls, ...productCalls, ...priceCalls, ...meterCalls, ...couponCalls, ...paymentMethodCalls, ...paymentCalls, ...subscriptionCalls, ...scheduleCalls, ...checkoutCalls, ...portalCalls, ...invoiceCalls, ...invoiceItemCalls, ...creditNoteCalls, ...eventCalls,
];
