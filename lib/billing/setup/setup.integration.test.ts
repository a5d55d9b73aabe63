/** Setting Stripe up, against the sandbox. */
import { afterAll, expect, test } from "vitest";
import { sandboxClient } from "@/e2e/fixtures/stripe-sandbox";
import { setUpStripe } from "@/lib/billing/setup/setup";
import { closeDb } from "@/lib/platform/db";

afterAll(closeDb);

test("setup finds what it made, and makes nothing twice, also beside itself", async () => {
  const both = await Promise.all([setUpStripe(), setUpStripe()]);
  for (const lines of both) expect(lines.every(({ outcome }) => outcome === "found"), JSON.stringify(lines)).toBe(true);
  const prices = await sandboxClient().prices.list({ lookup_keys: ["stint_starter_4900", "stint_pro_14900", "stint_overage_micros"], limit: 100 });
  expect(prices.data.map(({ lookup_key }) => lookup_key).toSorted()).toEqual(["stint_overage_micros", "stint_pro_14900", "stint_starter_4900"]);
});
