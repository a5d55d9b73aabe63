import { syncRefunds } from "@/lib/billing/flags/sync";
import type { EventHandler } from "@/lib/billing/events/event";

/** A refund arrived, or failed after all. */
export const refundUpdated: EventHandler = async ({ tenantId, objectId, chargeId, settle }) => {
  if (!chargeId) throw new Error(`The refund ${objectId} names no charge.`);
  await syncRefunds(tenantId, chargeId, settle(`The refunds of ${chargeId} were written down.`));
};
