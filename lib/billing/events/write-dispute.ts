import { syncDispute } from "@/lib/billing/flags/sync";
import type { EventHandler } from "@/lib/billing/events/event";

/** Writes down what a dispute has come to. */
export const writeDispute: EventHandler = async ({ tenantId, objectId, settle }) => {
  await syncDispute(tenantId, objectId, settle(`The dispute ${objectId} was written down.`));
};
