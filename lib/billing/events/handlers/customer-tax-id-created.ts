import { writeAccount } from "@/lib/billing/events/write-account";

/** A tax id was added, in the portal or in Checkout. */
export const customerTaxIdCreated = writeAccount;
