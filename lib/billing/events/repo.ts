import { callFunction, type Tx } from "@/lib/platform/db";

/** What has become of an event. */
export type EventStatus = "received" | "handled" | "ignored" | "failed";
export type EventNote = { id: string; type: string; objectId: string | null; customerId: string | null; apiVersion: string | null; createdAt: Date; payload: string };
export type Settlement = { tenantId: string | null; status: EventStatus; outcome: string | null; error: string | null };

/** Writes an event down, with whose it is as far as its customer tells. Returns what has become of it so far. */
export async function noteEvent({ id, type, objectId, customerId, apiVersion, createdAt, payload }: EventNote): Promise<EventStatus> {
  const [row] = await callFunction<{ status: EventStatus }>(
    "note_stripe_event", "SELECT note_stripe_event($1, tenant_of_customer($2), $3, $4, $5, $6, $7::jsonb) AS status", [id, customerId, type, objectId, apiVersion, createdAt, payload],
  );
  return row?.status ?? "received";
}

/** Says what became of an event, by itself. */
export async function settleEvent(id: string, { tenantId, status, outcome, error }: Settlement): Promise<void> {
  await callFunction("settle_stripe_event", "SELECT settle_stripe_event($1, $2, $3, $4, $5)", [id, tenantId, status, outcome, error]);
}

/** Says that an event was handled, in the transaction that writes what follows from it. */
export async function settleHandled(tx: Tx, id: string, tenantId: string, outcome: string): Promise<void> {
  await tx.$executeRaw`SELECT settle_stripe_event(${id}, ${tenantId}, 'handled', ${outcome}, NULL)`;
}

/** Takes events that failed or were never finished ten minutes ago; each comes again later than the time before. */
export async function claimEvents(most: number): Promise<{ id: string; payload: unknown }[]> {
  return callFunction<{ id: string; payload: unknown }>("claim_stripe_events", "SELECT id, payload FROM claim_stripe_events($1)", [most]);
}
