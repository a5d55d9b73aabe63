import { noteLateUsage } from "@/lib/billing/invoices/late-usage";
import type { EventHandler } from "@/lib/billing/events/event";
import { writeInvoice } from "@/lib/billing/events/write-invoice";

/** A draft was made: it says what of its usage is of an earlier period. Nothing of the account depends on it. */
export const invoiceCreated: EventHandler = async (event) => {
  await noteLateUsage(event.tenantId, event.objectId);
  await writeInvoice(event);
};
