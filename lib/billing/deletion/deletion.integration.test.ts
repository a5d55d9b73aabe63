/** The end of a workspace that owes: its subscription ends first, its rows go, and what it owes stays with Stripe, where it can still be paid. */
import { afterAll, expect, test } from "vitest";
import { buy, inForce, makeFree, subscriptionsOf, travel } from "@/e2e/fixtures/billing-life";
import { customerOf, sandboxClient, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { owner } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { endSubscriptionsOfPurged } from "./deletion";

afterAll(() => closeDb());

test.each([["past due", 1, "past_due"], ["ended unpaid", 21, "canceled"]] as const)("one that is %s when its time has come", async (_name, days, status) => {
  const one = await makeFree();
  await buy(one, "starter");
  const customer = await customerOf(one.tenantId);
  await sandboxControl("next_payment", { customer, outcome: "fail", times: 50 });
  await travel(one, { months: 1 });
  await travel(one, { days });
  expect((await subscriptionsOf(one)).map((subscription) => subscription.status)).toEqual([status]);
  const open = async () => (await sandboxClient().invoices.list({ customer, status: "open" })).data.map(({ amount_remaining }) => amount_remaining);
  const isThere = async () => (await owner().query("SELECT 1 FROM tenant WHERE id = $1", [one.tenantId])).rowCount === 1;
  /** Its minute of waiting, in which what was under way would be written, is over at once. */
  const purge = async () => {
    await owner().query("UPDATE tenant SET delete_after = now() - interval '1 second' WHERE id = $1", [one.tenantId]);
    await owner().query("SELECT * FROM purge_tenant(100000)");
  };
  expect(await open()).toEqual([4_900]);
  if (status === "past_due") {
    // While Stripe would go on asking for money, the purge leaves it alone.
    for (let turn = 0; turn < 3; turn++) await purge();
    expect(await isThere()).toBe(true);
  }
  await owner().query("UPDATE tenant SET delete_after = now() - interval '1 second' WHERE id = $1", [one.tenantId]);
  await endSubscriptionsOfPurged();
  expect((await subscriptionsOf(one)).map((subscription) => subscription.status)).toEqual(["canceled"]);
  expect(await inForce(one)).toMatchObject({ plan: "free" });
  for (let turn = 0; turn < 50 && (await isThere()); turn++) await purge();
  expect(await isThere()).toBe(false);
  expect((await owner().query("SELECT 1 FROM billing_invoice WHERE tenant_id = $1 UNION ALL SELECT 1 FROM billing_account WHERE tenant_id = $1", [one.tenantId])).rowCount).toBe(0);
  expect(await open()).toEqual([4_900]);
});
