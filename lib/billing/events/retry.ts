import { billingEnabled } from "@/lib/platform/stripe";
import { reportError } from "@/lib/platform/report-error";
import { handleEvent } from "@/lib/billing/events/dispatch";
import { readEvent } from "@/lib/billing/events/event";
import { claimEvents } from "@/lib/billing/events/repo";

const MOST = 20;

/** Handles events again that failed or were never finished ten minutes ago; each that fails once more is reported and comes again later. Returns how many went well. */
export async function retryEvents(): Promise<number> {
  if (!billingEnabled()) return 0;
  let settled = 0;
  for (const { id, payload } of await claimEvents(MOST)) {
    try {
      await handleEvent(readEvent(payload));
      settled += 1;
    } catch (error) {
      reportError(new Error(`Stripe's event ${id} could not be handled again.`, { cause: error }), { job: "retry Stripe's events" });
    }
  }
  return settled;
}
