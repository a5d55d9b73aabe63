import { stripe } from "@/lib/platform/stripe";
import { processSingleton } from "@/lib/platform/process-singleton";
import { METER_EVENT } from "@/lib/billing/catalogue";

/** The meter's id at Stripe, asked for once a process. @throws Error when it has not been set up */
export async function overageMeterId(): Promise<string> {
  const known = processSingleton<{ id?: string }>("overage-meter", () => ({}));
  if (known.id) return known.id;
  for await (const meter of stripe().billing.meters.list({ status: "active", limit: 100 })) {
    if (meter.event_name === METER_EVENT) return (known.id = meter.id);
  }
  throw new Error(`Stripe has no active meter ${METER_EVENT}: npm run stripe:setup makes it.`);
}
