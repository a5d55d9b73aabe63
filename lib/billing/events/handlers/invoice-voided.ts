import { writeInvoiceAndAccount } from "@/lib/billing/events/write-invoice-and-account";

/** An invoice is not owed any more: what was past due may be so no longer. */
export const invoiceVoided = writeInvoiceAndAccount;
