import { writeAccount } from "@/lib/billing/events/write-account";

/** Plan, period, status, card or end of a subscription changed. */
export const customerSubscriptionUpdated = writeAccount;
