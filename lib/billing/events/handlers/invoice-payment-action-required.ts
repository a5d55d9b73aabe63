import { writeInvoiceAndAccount } from "@/lib/billing/events/write-invoice-and-account";

/** The bank wants its customer to confirm the payment. */
export const invoicePaymentActionRequired = writeInvoiceAndAccount;
