/** Tells Stripe of overage, and gives back what was corrected. Every worker does it; no report and no credit is sent twice. */
import { billingEnabled } from "@/lib/platform/stripe";
import { sendCredits } from "@/lib/billing/meter/credits";
import { openReports, QUIET_S } from "@/lib/billing/meter/open";
import { sendReports } from "@/lib/billing/meter/send";

/** One turn of the upkeep: writes reports down, then sends what waits. Does nothing where nothing is sold. */
export async function reportOverage(quietS = QUIET_S): Promise<void> {
  if (!billingEnabled()) return;
  await openReports(null, quietS);
  await sendReports();
  await sendCredits();
}

/** Reports what one tenant used up to now. @throws what Stripe answers about a period that has ended */
export async function reportOverageOf(tenantId: string): Promise<void> {
  await openReports(tenantId, 0);
  await sendReports(tenantId);
}
