import { writeAccount } from "@/lib/billing/events/write-account";

/** Stripe looked a tax id up at the country's register. */
export const customerTaxIdUpdated = writeAccount;
