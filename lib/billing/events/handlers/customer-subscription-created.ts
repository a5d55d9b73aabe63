import { writeAccount } from "@/lib/billing/events/write-account";

/** A trial or a purchase began. */
export const customerSubscriptionCreated = writeAccount;
