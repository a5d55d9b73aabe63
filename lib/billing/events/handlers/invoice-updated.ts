import { writeInvoice } from "@/lib/billing/events/write-invoice";

/** Something of an invoice changed that has no event of its own. */
export const invoiceUpdated = writeInvoice;
