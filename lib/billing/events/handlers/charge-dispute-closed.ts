import { writeDispute } from "@/lib/billing/events/write-dispute";

/** A dispute is decided. */
export const chargeDisputeClosed = writeDispute;
