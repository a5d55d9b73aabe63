import { writeAccount } from "@/lib/billing/events/write-account";

/** A subscription has ended: canceled, given up unpaid, or a trial without a card. */
export const customerSubscriptionDeleted = writeAccount;
