/** Nothing is lent on top of what is owed, and nothing sold before it is paid. */
import { afterAll, expect, test } from "vitest";
import { actorOf, buy, buyerOf, makeFree, travel } from "@/e2e/fixtures/billing-life";
import { customerOf, sandboxClient, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { setOverage } from "@/lib/caps/service";
import { openCheckout } from "@/lib/billing/checkout";
import { closeDb } from "@/lib/platform/db";

afterAll(() => closeDb());

test("overage is not switched on past due, and after the end an unpaid invoice comes before another plan", async () => {
  const one = await makeFree();
  await buy(one, "starter");
  const customer = await customerOf(one.tenantId);
  await sandboxControl("next_payment", { customer, outcome: "fail", times: 50 });
  await travel(one, { months: 1 });
  await travel(one, { days: 1 });
  await expect(setOverage(actorOf(one), { overage: "on", spend_limit: 1_000, seen: "off:0" })).rejects.toThrow("An invoice is unpaid. Pay it first");
  await travel(one, { days: 20 });
  await expect(openCheckout(actorOf(one), buyerOf(one), "pro")).rejects.toThrow("$49.00 is unpaid from before. Pay it first");
  await sandboxControl("next_payment", { customer, outcome: "fail", times: 0 });
  const [invoice] = (await sandboxClient().invoices.list({ customer, status: "open" })).data;
  await sandboxClient().invoices.pay(invoice?.id ?? "");
  expect(await openCheckout(actorOf(one), buyerOf(one), "pro")).toContain("cs_");
});
