import { syncInvoice } from "@/lib/billing/invoices/sync";
import type { EventHandler } from "@/lib/billing/events/event";

/** Brings the invoice to what Stripe has, for changes that leave the account as it is. */
export const writeInvoice: EventHandler = async ({ tenantId, objectId, settle }) => {
  await syncInvoice(tenantId, objectId, settle(`The invoice ${objectId} was brought up to date.`));
};
