/** `npm run stripe:setup`: makes products, prices, the meter and the portal's configuration at Stripe, or finds them. Takes nothing away. */
import { setUpStripe } from "@/lib/billing/setup/setup";
import { openStripe } from "@/lib/platform/stripe";
import { explain, Problem } from "./problem";

try {
  const { STRIPE_SECRET_KEY: key, STRIPE_API_URL } = process.env;
  if (!key) throw new Problem("Set STRIPE_SECRET_KEY to the secret key of the Stripe account that plans are sold with.");
  const lines = await setUpStripe(openStripe(key, STRIPE_API_URL || "https://api.stripe.com"));
  for (const { outcome, object, name, id } of lines) console.log(`${outcome.padEnd(8)}${object.padEnd(9)}${name.padEnd(24)}${id === name ? "" : id}`.trimEnd());
  process.exit(0);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
