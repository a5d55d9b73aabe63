import { syncAccount } from "@/lib/billing/account/sync";
import { syncInvoice } from "@/lib/billing/invoices/sync";
import type { EventHandler } from "@/lib/billing/events/event";

/** Brings first the invoice and then the account up to date: by whether it is paid a plan is in force or not. */
export const writeInvoiceAndAccount: EventHandler = async ({ tenantId, objectId, settle }) => {
  await syncInvoice(tenantId, objectId);
  await syncAccount(tenantId, settle(`The invoice ${objectId} and the account were brought up to date.`));
};
