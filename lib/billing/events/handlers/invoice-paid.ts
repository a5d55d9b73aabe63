import { writeInvoiceAndAccount } from "@/lib/billing/events/write-invoice-and-account";

/** Money came in: a plan begins, goes on, or is back. */
export const invoicePaid = writeInvoiceAndAccount;
