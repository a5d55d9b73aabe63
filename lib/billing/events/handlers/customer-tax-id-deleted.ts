import { writeAccount } from "@/lib/billing/events/write-account";

/** A tax id was taken away. */
export const customerTaxIdDeleted = writeAccount;
