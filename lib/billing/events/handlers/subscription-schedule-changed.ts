import { writeAccount } from "@/lib/billing/events/write-account";

/** A change of plans at the period's end was scheduled, was taken back or has come. */
export const subscriptionScheduleChanged = writeAccount;
