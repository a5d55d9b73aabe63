import { writeAccount } from "@/lib/billing/events/write-account";

/** A coupon came, changed or ran out. */
export const customerDiscountChanged = writeAccount;
