import { writeInvoice } from "@/lib/billing/events/write-invoice";

/** A draft was thrown away. */
export const invoiceDeleted = writeInvoice;
