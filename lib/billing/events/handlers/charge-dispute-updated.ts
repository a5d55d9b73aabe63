import { writeDispute } from "@/lib/billing/events/write-dispute";

/** Evidence was given, or the bank has asked for more. */
export const chargeDisputeUpdated = writeDispute;
