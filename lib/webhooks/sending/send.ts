/** One attempt over the network, without the database. */
import { OutboundError } from "@/lib/platform/outbound/error";
import { guardedFetch } from "@/lib/platform/outbound/outbound";
import { SECOND_MS } from "@/lib/core/time";
import { outcomeOf } from "@/lib/webhooks/policy";
import { openEndpointSecrets } from "@/lib/webhooks/secrets";
import type { Attempt, Claim } from "@/lib/webhooks/sending/repo";
import { signatureHeaders } from "@/lib/webhooks/signature";
import { isAllowedProtocol } from "@/lib/webhooks/target";

/** How long an endpoint has to answer. */
export const TIMEOUT_MS = 15 * SECOND_MS;
/** What is kept of an answer; the rest is not waited for. */
const KEPT_BYTES = 2_048;

/**
 * Sends a claimed delivery and says what came of it. Redirects are not followed.
 * @throws VaultError when a secret does not open; the signal's reason once that is aborted
 */
export async function sendClaim(claim: Claim, signal: AbortSignal, timeoutMs: number = TIMEOUT_MS): Promise<Attempt> {
  const began = performance.now();
  const done = (result: Omit<Attempt, "durationMs">): Attempt => ({ ...result, durationMs: Math.round(performance.now() - began) });
  if (!isAllowedProtocol(claim.url)) return done({ statusCode: null, error: "http_not_allowed", response: "" });
  const secrets = openEndpointSecrets(claim.endpoint_id, { secret: claim.secret, previousSecret: claim.previous_secret });
  const body = JSON.stringify(claim.payload);
  const headers = { ...signatureHeaders({ id: claim.event_id, body, secrets, at: new Date() }), "content-type": "application/json", "user-agent": "Stint-Webhooks/1" };
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const fetchOnce = guardedFetch({ timeoutMs, maxBytes: KEPT_BYTES * 64, maxRedirects: 0 });
    const answer = await fetchOnce(claim.url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.any([signal, timeout]) });
    return done({ statusCode: answer.status, error: errorOf(answer.status), response: await readBeginning(answer) });
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return done({ statusCode: null, error: "timeout", response: "" });
    if (error instanceof OutboundError) return done({ statusCode: null, error: error.reason, response: "" });
    throw error;
  }
}

function errorOf(status: number): string | null {
  if (outcomeOf(status) === "succeeded") return null;
  return status >= 300 && status <= 399 ? "redirected" : "bad_status";
}

/** The first bytes of an answer as text. The status has decided already, so an answer that breaks off is kept as far as it came. */
async function readBeginning(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  const chunks: Uint8Array[] = [];
  try {
    for (let size = 0; reader && size < KEPT_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      size += value.byteLength;
    }
    await reader?.cancel();
  } catch {
    // Broken off or too slow: what came is what is shown.
  }
  // PostgreSQL keeps no NUL in a text.
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, KEPT_BYTES)).replaceAll("\0", "\uFFFD");
}
