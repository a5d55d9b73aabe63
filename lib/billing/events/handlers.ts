/** Which event is whose. A type that is not here is written down and ignored. */
import type { EventHandler } from "@/lib/billing/events/event";
import { chargeDisputeClosed } from "@/lib/billing/events/handlers/charge-dispute-closed";
import { chargeDisputeCreated } from "@/lib/billing/events/handlers/charge-dispute-created";
import { chargeDisputeUpdated } from "@/lib/billing/events/handlers/charge-dispute-updated";
import { chargeRefunded } from "@/lib/billing/events/handlers/charge-refunded";
import { checkoutSessionCompleted } from "@/lib/billing/events/handlers/checkout-session-completed";
import { customerDeleted } from "@/lib/billing/events/handlers/customer-deleted";
import { customerDiscountChanged } from "@/lib/billing/events/handlers/customer-discount-changed";
import { customerSubscriptionCreated } from "@/lib/billing/events/handlers/customer-subscription-created";
import { customerSubscriptionDeleted } from "@/lib/billing/events/handlers/customer-subscription-deleted";
import { customerSubscriptionTrialWillEnd } from "@/lib/billing/events/handlers/customer-subscription-trial-will-end";
import { customerSubscriptionUpdated } from "@/lib/billing/events/handlers/customer-subscription-updated";
import { customerTaxIdCreated } from "@/lib/billing/events/handlers/customer-tax-id-created";
import { customerTaxIdDeleted } from "@/lib/billing/events/handlers/customer-tax-id-deleted";
import { customerTaxIdUpdated } from "@/lib/billing/events/handlers/customer-tax-id-updated";
import { customerUpdated } from "@/lib/billing/events/handlers/customer-updated";
import { invoiceCreated } from "@/lib/billing/events/handlers/invoice-created";
import { invoiceDeleted } from "@/lib/billing/events/handlers/invoice-deleted";
import { invoiceFinalized } from "@/lib/billing/events/handlers/invoice-finalized";
import { invoiceMarkedUncollectible } from "@/lib/billing/events/handlers/invoice-marked-uncollectible";
import { invoicePaid } from "@/lib/billing/events/handlers/invoice-paid";
import { invoicePaymentActionRequired } from "@/lib/billing/events/handlers/invoice-payment-action-required";
import { invoicePaymentFailed } from "@/lib/billing/events/handlers/invoice-payment-failed";
import { invoiceUpdated } from "@/lib/billing/events/handlers/invoice-updated";
import { invoiceVoided } from "@/lib/billing/events/handlers/invoice-voided";
import { refundUpdated } from "@/lib/billing/events/handlers/refund-updated";
import { subscriptionScheduleChanged } from "@/lib/billing/events/handlers/subscription-schedule-changed";

export const HANDLERS: Readonly<Record<string, EventHandler>> = {
  "charge.dispute.closed": chargeDisputeClosed,
  "charge.dispute.created": chargeDisputeCreated,
  "charge.dispute.funds_reinstated": chargeDisputeUpdated,
  "charge.dispute.funds_withdrawn": chargeDisputeUpdated,
  "charge.dispute.updated": chargeDisputeUpdated,
  "charge.refunded": chargeRefunded,
  "checkout.session.completed": checkoutSessionCompleted,
  "customer.deleted": customerDeleted,
  "customer.discount.created": customerDiscountChanged,
  "customer.discount.deleted": customerDiscountChanged,
  "customer.discount.updated": customerDiscountChanged,
  "customer.subscription.created": customerSubscriptionCreated,
  "customer.subscription.deleted": customerSubscriptionDeleted,
  "customer.subscription.paused": customerSubscriptionUpdated,
  "customer.subscription.pending_update_applied": customerSubscriptionUpdated,
  "customer.subscription.pending_update_expired": customerSubscriptionUpdated,
  "customer.subscription.resumed": customerSubscriptionUpdated,
  "customer.subscription.trial_will_end": customerSubscriptionTrialWillEnd,
  "customer.subscription.updated": customerSubscriptionUpdated,
  "customer.tax_id.created": customerTaxIdCreated,
  "customer.tax_id.deleted": customerTaxIdDeleted,
  "customer.tax_id.updated": customerTaxIdUpdated,
  "customer.updated": customerUpdated,
  "invoice.created": invoiceCreated,
  "invoice.deleted": invoiceDeleted,
  "invoice.finalized": invoiceFinalized,
  "invoice.marked_uncollectible": invoiceMarkedUncollectible,
  "invoice.paid": invoicePaid,
  "invoice.payment_action_required": invoicePaymentActionRequired,
  "invoice.payment_failed": invoicePaymentFailed,
  "invoice.updated": invoiceUpdated,
  "invoice.voided": invoiceVoided,
  "refund.failed": refundUpdated,
  "refund.updated": refundUpdated,
  "subscription_schedule.aborted": subscriptionScheduleChanged,
  "subscription_schedule.canceled": subscriptionScheduleChanged,
  "subscription_schedule.completed": subscriptionScheduleChanged,
  "subscription_schedule.created": subscriptionScheduleChanged,
  "subscription_schedule.expiring": subscriptionScheduleChanged,
  "subscription_schedule.released": subscriptionScheduleChanged,
  "subscription_schedule.updated": subscriptionScheduleChanged,
};
