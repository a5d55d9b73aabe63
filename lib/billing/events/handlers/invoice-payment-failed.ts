import { writeInvoiceAndAccount } from "@/lib/billing/events/write-invoice-and-account";

/** A card was refused: from the first time on the days of grace count. */
export const invoicePaymentFailed = writeInvoiceAndAccount;
