/** `npm run stripe:setup`: makes products, prices, the meter and the portal's configuration at Stripe, or finds them. Takes nothing away. */
import { setUpStripe } from "@/lib/billing/setup/setup";
import { billingEnabled } from "@/lib/platform/stripe";
import { explain, Problem } from "./problem";

try {
  if (!billingEnabled()) throw new Problem("Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET: without them nothing is sold.");
  const lines = await setUpStripe();
  for (const { outcome, object, name, id } of lines) console.log(`${outcome.padEnd(8)}${object.padEnd(9)}${name.padEnd(24)}${id === name ? "" : id}`.trimEnd());
  process.exit(0);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
