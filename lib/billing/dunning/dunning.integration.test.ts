/** A payment that is missing, from the first day to the one on which it comes. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { buy, inForce, mail, mails, makeFree, standing, travel } from "@/e2e/fixtures/billing-life";
import { customerOf, sandboxClient, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { type Workspace } from "@/e2e/fixtures/workspace";
import { followTheClock } from "@/lib/billing/dunning/dunning";
import { catchUp } from "@/lib/billing/overview/service";
import { DAY_MS } from "@/lib/core/time";
import { closeDb } from "@/lib/platform/db";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => {
  one = await makeFree();
});

describe("a payment that is missing", () => {
  test("is told of on days three and five, reduces the limits on day seven, and restores them when paid", async () => {
    await buy(one, "starter");
    const customer = await customerOf(one.tenantId);
    await sandboxControl("next_payment", { customer, outcome: "fail", times: 10 });
    await travel(one, { months: 1 });
    await sandboxControl("travel", { customer, seconds: 2 * 3_600 });
    await catchUp(one.tenantId);
    expect(await standing(one)).toMatchObject({ kind: "past_due", planId: "starter", reduced: false });
    await followTheClock();
    expect(await mails(one)).toEqual(["subscribed"]);
    const past = async (days: number) => followTheClock(new Date(Date.now() + days * DAY_MS));
    await past(3);
    await past(3);
    await past(5);
    expect(await mails(one)).toEqual(["subscribed", "payment_failed", "payment_failed"]);
    expect(await inForce(one)).toMatchObject({ plan: "starter" });
    await travel(one, { days: 7 });
    await followTheClock();
    await followTheClock();
    expect(await inForce(one)).toMatchObject({ plan: "free" });
    expect((await mails(one)).filter((kind) => kind === "limits_reduced")).toHaveLength(1);
    expect(await mail(one, "limits_reduced")).toMatchObject({ plan: "starter", amountCents: 4900 });
    expect(await standing(one)).toMatchObject({ kind: "past_due", reduced: true });
    await sandboxControl("next_payment", { customer, outcome: "fail", times: 0 });
    const { data } = await sandboxClient().invoices.list({ customer, status: "open" });
    for (const { id } of data) await sandboxClient().invoices.pay(id);
    await catchUp(one.tenantId);
    expect(await inForce(one)).toMatchObject({ plan: "starter" });
    expect(await mail(one, "payment_recovered")).toMatchObject({ wasReduced: true, amountCents: 4900 });
  });

  test("that was written off at Stripe does not keep the plan for ever", async () => {
    await buy(one, "starter");
    const customer = await customerOf(one.tenantId);
    await sandboxControl("next_payment", { customer, outcome: "fail", times: 10 });
    await travel(one, { months: 1 });
    await sandboxControl("travel", { customer, seconds: 2 * 3_600 });
    const { data } = await sandboxClient().invoices.list({ customer, status: "open" });
    for (const { id } of data) await sandboxClient().invoices.markUncollectible(id);
    await catchUp(one.tenantId);
    expect(await inForce(one)).toMatchObject({ plan: "starter" });
    await travel(one, { days: 7 });
    await followTheClock();
    expect(await inForce(one)).toMatchObject({ plan: "free" });
  });
});
