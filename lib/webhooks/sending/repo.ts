import { callFunction, type Tx } from "@/lib/platform/db";

/** A delivery that this process may send until its lease ends. Secrets are sealed. */
export type Claim = {
  delivery_id: string; tenant_id: string; endpoint_id: string; event_id: string; fence: number; tries: number; failing: boolean; url: string;
  secret: string; previous_secret: string | null; payload: Record<string, unknown>;
};

/** Makes the deliveries of events in the outbox, of at most `most`; returns of how many. */
export async function fanOutRows(most: number): Promise<number> {
  const rows = await callFunction<{ count: number }>("fan_out_webhooks", "SELECT fan_out_webhooks($1) AS count", [most]);
  return rows[0]?.count ?? 0;
}

/** Claims deliveries that are due, fairly between endpoints; each is given out once until its lease ends. */
export function claimRows(most: number, mostFailing: number, leaseMs: number): Promise<Claim[]> {
  return callFunction<Claim>("claim_webhooks", "SELECT * FROM claim_webhooks($1, $2, $3)", [most, mostFailing, leaseMs]);
}

/** Locks a claimed delivery and says how often it was tried since it was asked for; null when the claim is not the caller's any more. */
export async function lockClaimRow(tx: Tx, claim: Claim): Promise<{ tries: number; attempts: number } | null> {
  const rows = await tx.$queryRaw<{ tries: number; attempts: number }[]>`
    SELECT tries, attempts FROM webhook_delivery
    WHERE tenant_id = ${claim.tenant_id} AND id = ${claim.delivery_id} AND fence = ${claim.fence} AND status = 'pending' FOR UPDATE`;
  return rows[0] ?? null;
}

export type Ending = { kind: "succeeded" } | { kind: "failed" } | { kind: "again"; delayMs: number };

/** Writes what became of a locked delivery by its last attempt. */
export async function endAttemptRow(tx: Tx, claim: Claim, ending: Ending): Promise<void> {
  const delayMs = ending.kind === "again" ? ending.delayMs : null;
  const status = ending.kind === "again" ? "pending" : ending.kind;
  await tx.$executeRaw`
    UPDATE webhook_delivery SET attempts = attempts + 1, tries = tries + 1, claimed_until = NULL, status = ${status},
      next_attempt_at = clock_timestamp() + ${delayMs}::double precision * interval '1 millisecond',
      finished_at = CASE WHEN ${status} = 'pending' THEN NULL ELSE clock_timestamp() END
    WHERE tenant_id = ${claim.tenant_id} AND id = ${claim.delivery_id}`;
}

/** Gives a claim back as if it had not been made. */
export async function releaseRow(tx: Tx, claim: Claim): Promise<void> {
  await tx.$executeRaw`
    UPDATE webhook_delivery SET claimed_until = NULL, next_attempt_at = now()
    WHERE tenant_id = ${claim.tenant_id} AND id = ${claim.delivery_id} AND fence = ${claim.fence} AND status = 'pending'`;
}

export type Attempt = { statusCode: number | null; error: string | null; response: string; durationMs: number };

export async function insertAttemptRow(tx: Tx, claim: Claim, seq: number, attempt: Attempt): Promise<void> {
  await tx.webhookAttempt.createMany({ data: [{ tenantId: claim.tenant_id, deliveryId: claim.delivery_id, seq, ...attempt }] });
}

/** Notes that an endpoint took a delivery. */
export async function noteSuccessRow(tx: Tx, tenantId: string, endpointId: string): Promise<void> {
  await tx.$executeRaw`UPDATE webhook_endpoint SET failing_since = NULL, last_attempt_at = now(), last_success_at = now() WHERE tenant_id = ${tenantId} AND id = ${endpointId}`;
}

/**
 * Notes that an attempt failed; returns since when every one has, and now. A record that is older than `days` says nothing
 * of an endpoint that nothing was sent to since: it begins anew.
 */
export async function noteFailureRow(tx: Tx, tenantId: string, endpointId: string, days: number): Promise<{ failingSince: Date; now: Date } | null> {
  const rows = await tx.$queryRaw<{ failing_since: Date; now: Date }[]>`
    UPDATE webhook_endpoint SET last_attempt_at = now(),
      failing_since = CASE WHEN last_attempt_at < now() - make_interval(days => ${days}::int) THEN now() ELSE coalesce(failing_since, now()) END
    WHERE tenant_id = ${tenantId} AND id = ${endpointId} RETURNING failing_since, now() AS now`;
  return rows[0] ? { failingSince: rows[0].failing_since, now: rows[0].now } : null;
}
