import { writeInvoice } from "@/lib/billing/events/write-invoice";

/** A draft was made; nothing of the account depends on it. */
export const invoiceCreated = writeInvoice;
