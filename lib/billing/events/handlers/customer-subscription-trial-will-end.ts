import { writeAccount } from "@/lib/billing/events/write-account";

/** Three days of a trial are left. Who is told of it follows from the account. */
export const customerSubscriptionTrialWillEnd = writeAccount;
