import { syncRefunds } from "@/lib/billing/flags/sync";
import type { EventHandler } from "@/lib/billing/events/event";

/** Money of a charge went back. The plan stays as it is: a person decides about that. */
export const chargeRefunded: EventHandler = async ({ tenantId, objectId, settle }) => {
  await syncRefunds(tenantId, objectId, settle(`The refunds of ${objectId} were written down.`));
};
