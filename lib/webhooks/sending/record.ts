/** What an attempt leaves behind: its row, the delivery's next step, the endpoint's record, and the end of one that fails for good. */
import { recordPlatformAudit } from "@/lib/audit/service";
import { withTenant, type Tx } from "@/lib/platform/db";
import { enqueue, openQueue } from "@/lib/platform/queue";
import { FAILING_DAYS, hasFailedTooLong, outcomeOf, retryDelayMs } from "@/lib/webhooks/policy";
import { disableEndpointRow, listOwnerIds } from "@/lib/webhooks/repo";
import { endAttemptRow, insertAttemptRow, lockClaimRow, noteFailureRow, noteSuccessRow, releaseRow, type Attempt, type Claim, type Ending } from "@/lib/webhooks/sending/repo";

/** Records an attempt of a claimed delivery. False: the claim has ended meanwhile and somebody else has the delivery; nothing is written. */
export async function recordAttempt(claim: Claim, attempt: Attempt): Promise<boolean> {
  const { tenant_id: tenantId, endpoint_id: endpointId } = claim;
  await openQueue();
  return withTenant(tenantId, async (tx) => {
    const held = await lockClaimRow(tx, claim);
    if (!held) return false;
    const outcome = outcomeOf(attempt.statusCode);
    await insertAttemptRow(tx, claim, held.attempts + 1, attempt);
    await endAttemptRow(tx, claim, endingOf(outcome, held.tries + 1));
    if (outcome === "succeeded") {
      await noteSuccessRow(tx, tenantId, endpointId);
      return true;
    }
    const record = await noteFailureRow(tx, tenantId, endpointId, FAILING_DAYS);
    if (outcome === "gone") await disable(tx, claim, "gone");
    else if (record && hasFailedTooLong(record.failingSince.getTime(), record.now.getTime())) await disable(tx, claim, "failing");
    return true;
  });
}

/** Gives a claim back, for another worker to send at once. */
export async function releaseClaim(claim: Claim): Promise<void> {
  await withTenant(claim.tenant_id, (tx) => releaseRow(tx, claim));
}

function endingOf(outcome: ReturnType<typeof outcomeOf>, tries: number): Ending {
  if (outcome === "succeeded") return { kind: "succeeded" };
  const delayMs = outcome === "gone" ? null : retryDelayMs(tries);
  return delayMs === null ? { kind: "failed" } : { kind: "again", delayMs };
}

async function disable(tx: Tx, claim: Claim, reason: "gone" | "failing"): Promise<void> {
  const { tenant_id: tenantId, endpoint_id: endpointId } = claim;
  if (!(await disableEndpointRow(tx, tenantId, endpointId, reason, new Date()))) return;
  await recordPlatformAudit(tx, tenantId, { action: "webhook_endpoint.disabled", targetType: "webhook_endpoint", targetId: endpointId, after: { reason } });
  for (const userId of await listOwnerIds(tx, tenantId)) await enqueue(tx, "mail.webhook_disabled", { tenantId, endpointId, userId });
}
