import { writeAccount } from "@/lib/billing/events/write-account";

/** Address, mail, card or credit of the customer changed, as the portal does it. */
export const customerUpdated = writeAccount;
