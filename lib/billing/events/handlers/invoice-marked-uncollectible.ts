import { writeInvoiceAndAccount } from "@/lib/billing/events/write-invoice-and-account";

/** Nobody expects the money any more. */
export const invoiceMarkedUncollectible = writeInvoiceAndAccount;
