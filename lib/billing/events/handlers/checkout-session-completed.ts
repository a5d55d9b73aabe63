import { syncAccount } from "@/lib/billing/account/sync";
import { syncInvoice } from "@/lib/billing/invoices/sync";
import type { EventHandler } from "@/lib/billing/events/event";

/** Somebody bought a plan on Stripe's page. Its events may come in any order: the first one that comes brings everything. */
export const checkoutSessionCompleted: EventHandler = async ({ tenantId, invoiceId, settle }) => {
  if (invoiceId) await syncInvoice(tenantId, invoiceId);
  await syncAccount(tenantId, settle("The account was brought up to date after the purchase."));
};
