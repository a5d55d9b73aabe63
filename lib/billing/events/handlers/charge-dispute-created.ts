import { writeDispute } from "@/lib/billing/events/write-dispute";

/** A customer's bank wants a payment back. The plan stays as it is until the dispute is decided. */
export const chargeDisputeCreated = writeDispute;
