import { writeAccount } from "@/lib/billing/events/write-account";

/** The customer was deleted at Stripe, and with it every subscription. */
export const customerDeleted = writeAccount;
