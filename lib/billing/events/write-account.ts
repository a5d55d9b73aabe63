import { syncAccount } from "@/lib/billing/account/sync";
import type { EventHandler } from "@/lib/billing/events/event";

/** Brings the account to what Stripe has of the customer and the subscription. */
export const writeAccount: EventHandler = async ({ tenantId, settle }) => {
  await syncAccount(tenantId, settle("The account was brought up to date."));
};
