/** The part of a worker that empties the outbox and sends. */
import { SECOND_MS } from "@/lib/core/time";
import { log } from "@/lib/platform/log";
import { reportError } from "@/lib/platform/report-error";
import { recordAttempt, releaseClaim } from "@/lib/webhooks/sending/record";
import { claimRows, fanOutRows, type Claim } from "@/lib/webhooks/sending/repo";
import { sendClaim, TIMEOUT_MS } from "@/lib/webhooks/sending/send";

/** Deliveries that one worker sends at a time: they wait far more than they work. */
const SLOTS = 64;
const EVENTS_AT_ONCE = 500;
/** Ends well after the longest attempt, so that nobody else sends meanwhile. */
const LEASE_MS = TIMEOUT_MS + 45 * SECOND_MS;
/** A claim that waited this long in a process that was held up is not begun. */
const MOST_WAIT_MS = 20 * SECOND_MS;

export type WebhookSender = {
  /** Makes the deliveries of new events and begins to send what is due. Does not wait for it. Returns how many were begun. */
  turn(): Promise<number>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Lets what is under way finish; what has not after `graceMs` is broken off and given back. */
  stop(graceMs: number): Promise<void>;
};

export function createWebhookSender(options: { slots?: number; leaseMs?: number; timeoutMs?: number } = {}): WebhookSender {
  const { slots = SLOTS, leaseMs = LEASE_MS, timeoutMs = TIMEOUT_MS } = options;
  const stopping = new AbortController();
  const underWay = new Map<Promise<void>, Claim>();
  let ended = false;

  async function deliver(claim: Claim, claimedAt: number): Promise<void> {
    try {
      if (performance.now() - claimedAt > MOST_WAIT_MS) return;
      const attempt = await sendClaim(claim, stopping.signal, timeoutMs);
      const kept = await recordAttempt(claim, attempt);
      const facts = { tenant_id: claim.tenant_id, endpoint_id: claim.endpoint_id, delivery_id: claim.delivery_id, status: attempt.statusCode, error: attempt.error, ms: attempt.durationMs };
      if (kept) log().debug(facts, "webhook sent");
      else log().warn(facts, "a webhook was sent after its claim had ended");
    } catch (error) {
      if (stopping.signal.aborted) await releaseClaim(claim).catch((failure: unknown) => log().warn({ err: failure, delivery_id: claim.delivery_id }, "a webhook's claim was not given back; it ends by itself"));
      else reportError(error, { job: "send webhook", tenant_id: claim.tenant_id });
    }
  }

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay.keys());
  }

  return {
    idle,
    async turn() {
      while ((await fanOutRows(EVENTS_AT_ONCE)) === EVENTS_AT_ONCE);
      const free = slots - underWay.size;
      if (ended || free <= 0) return 0;
      // Endpoints that fail hang for long: they never take more than half of the places.
      const failing = [...underWay.values()].filter((claim) => claim.failing).length;
      const claimedAt = performance.now();
      const claims = await claimRows(free, Math.max(0, Math.ceil(slots / 2) - failing), leaseMs);
      for (const claim of claims) {
        const delivery = deliver(claim, claimedAt).finally(() => underWay.delete(delivery));
        underWay.set(delivery, claim);
      }
      return claims.length;
    },
    async stop(graceMs) {
      ended = true;
      const timer = setTimeout(() => stopping.abort(), graceMs);
      await idle();
      clearTimeout(timer);
    },
  };
}
