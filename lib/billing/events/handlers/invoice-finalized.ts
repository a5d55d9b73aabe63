import { writeInvoice } from "@/lib/billing/events/write-invoice";

/** An invoice is due. */
export const invoiceFinalized = writeInvoice;
