/** The door through which Stripe's events come: nobody's key, but Stripe's signature. */
import Stripe from "stripe";
import { AppError } from "@/lib/core/errors";
import { receiveEvent } from "@/lib/billing/events/dispatch";
import { readEvent, type ReceivedEvent } from "@/lib/billing/events/event";
import { readText } from "@/lib/http/body";
import { requestIdOf } from "@/lib/http/context";
import { mapError } from "@/lib/http/route";
import type { RouteHandler } from "@/lib/http/route-description";
import { env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { metrics } from "@/lib/platform/metrics";
import { billingEnabled, stripe } from "@/lib/platform/stripe";

/** Stripe's largest events are a fraction of it. */
const MOST_BYTES = 1024 * 1024;
/** How old a signature may be: a request that somebody kept is worth nothing later. */
const TOLERANCE_S = 300;
const ROUTE = "/stripe/webhook";

/**
 * Receives an event: 200 when it was handled (now or before) or is nobody's business here; 503 when it has to come again, which
 * Stripe then sees to. 400 without Stripe's own signature, 404 where nothing is sold.
 */
export const receiveStripeEvent: RouteHandler = async (request) => {
  const began = performance.now();
  const requestId = requestIdOf(request.headers);
  let response: Response;
  try {
    const event = await requireSigned(request);
    response = Response.json({ received: true, status: await handle(event) }, { headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    response = mapError(error, requestId, { route: ROUTE });
  }
  response.headers.set("X-Request-Id", requestId);
  metrics().requests.inc({ route: ROUTE, method: request.method, status: String(response.status) });
  metrics().requestSeconds.observe({ route: ROUTE, method: request.method }, (performance.now() - began) / 1000);
  return response;
};

async function requireSigned(request: Request): Promise<ReceivedEvent> {
  const secret = env().STRIPE_WEBHOOK_SECRET;
  if (!billingEnabled() || secret === undefined) throw new AppError("not_found", "This installation sells no plans.");
  const raw = await readText(request, MOST_BYTES);
  try {
    return readEvent(await stripe().webhooks.constructEventAsync(raw, request.headers.get("stripe-signature") ?? "", secret, TOLERANCE_S));
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) {
      log().warn({ request_id: requestIdOf(request.headers) }, "an event for Stripe's webhook came without Stripe's signature");
      throw new AppError("bad_request", "The header Stripe-Signature is missing, too old, or not of this body.", { param: "Stripe-Signature", cause: error });
    }
    // Signed, and still no event: a settings' fault at Stripe's side (thin events), which sending again does not mend.
    throw new AppError("bad_request", "This is no snapshot event of Stripe's.", { cause: error });
  }
}

async function handle(event: ReceivedEvent): Promise<string> {
  try {
    return await receiveEvent(event);
  } catch (error) {
    throw new AppError("unavailable", "The event could not be handled. Send it again.", { retryAfterS: 60, cause: new Error(`Stripe's event ${event.id} (${event.type}) failed.`, { cause: error }) });
  }
}
