import { stripe } from "@/lib/platform/stripe";
import { NO_DETAILS, type ChangeDetails } from "@/lib/billing/account/change-mails";
import type { AccountChange } from "@/lib/billing/account/changes";
import type { AccountState } from "@/lib/billing/account/state";

/** Asks Stripe what a change's mail says of money: what an upgrade was charged with, or what a late payment paid. Most changes need nothing. */
export async function fetchDetails(changes: readonly AccountChange[], { subscriptionId }: AccountState): Promise<ChangeDetails> {
  const upgraded = changes.some(({ kind }) => kind === "plan_upgraded");
  if (subscriptionId === null || !(upgraded || changes.some(({ kind }) => kind === "recovered"))) return NO_DETAILS;
  const { data } = await stripe().invoices.list({ subscription: subscriptionId, status: "paid", limit: 10 });
  const invoice = data.find(({ billing_reason }) => !upgraded || billing_reason === "subscription_update");
  return invoice ? { chargedCents: Math.max(0, invoice.amount_paid), invoiceUrl: invoice.hosted_invoice_url ?? null } : NO_DETAILS;
}
