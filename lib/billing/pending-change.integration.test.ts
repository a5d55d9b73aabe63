/** A card whose bank wants every payment confirmed, at an upgrade, at an early end of a trial and at a renewal; and what else is done meanwhile. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { actorOf, audited, buy, buyerOf, inForce, mail, mails, makeFree, standing, subscriptionsOf, travel, turnIsFree } from "@/e2e/fixtures/billing-life";
import { customerOf, giveCard, sandboxClient, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { owner, type Workspace } from "@/e2e/fixtures/workspace";
import { cancelSubscription } from "@/lib/billing/cancel";
import { followDeletion } from "@/lib/billing/deletion/deletion";
import { endTrial } from "@/lib/billing/end-trial";
import { syncInvoice } from "@/lib/billing/invoices/sync";
import { catchUp, readBilling } from "@/lib/billing/overview/service";
import { leavePendingChange } from "@/lib/billing/pending-change";
import { startTrial } from "@/lib/billing/trial";
import { previewUpgrade, switchTrialPlan, upgrade } from "@/lib/billing/upgrade";
import { closeDb } from "@/lib/platform/db";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => {
  one = await makeFree();
});

const pending = async () => (await readBilling(one.tenantId)).pending;
const nextPayment = async (outcome: "action" | "fail", times = 1) => sandboxControl("next_payment", { customer: await customerOf(one.tenantId), outcome, times });
const invoicesOf = async (reason: string) => (await sandboxClient().invoices.list({ customer: await customerOf(one.tenantId), limit: 100 })).data.filter(({ billing_reason }) => billing_reason === reason);
const charged = async () => (await sandboxClient().charges.list({ customer: await customerOf(one.tenantId), limit: 100 })).data.filter(({ paid }) => paid).reduce((sum, { amount }) => sum + amount, 0);

async function confirm(succeed = true): Promise<void> {
  const waits = await pending();
  const { payments } = await sandboxClient().invoices.retrieve(waits?.invoiceId ?? "", { expand: ["payments"] });
  await sandboxControl("confirm", { payment_intent: payments?.data[0]?.payment.payment_intent, succeed });
  expect(await catchUp(one.tenantId)).toBe(true);
}

/** Starter, and Pro asked for: the bank wants to hear from its customer. */
async function askForPro(): Promise<{ dueCents: number; before: number }> {
  await buy(one, "starter");
  const before = await charged();
  const preview = await previewUpgrade(one.tenantId, "pro");
  await nextPayment("action");
  expect(await upgrade(actorOf(one), "pro", preview)).toEqual({ waits: true });
  return { dueCents: preview.dueCents, before };
}

async function expectStarterUntouched(before: number): Promise<void> {
  expect(await pending()).toBeNull();
  expect(await inForce(one)).toMatchObject({ plan: "starter" });
  expect(await standing(one)).toMatchObject({ kind: "active", planId: "starter" });
  expect(await charged()).toBe(before);
  expect((await subscriptionsOf(one)).map(({ pending_update: waiting }) => waiting)).toEqual([null]);
  expect(await turnIsFree(one)).toBe(true);
}

describe("an upgrade that the bank asks about", () => {
  test("waits with the old plan in force, says where and until when, and begins when it is confirmed", async () => {
    const { dueCents, before } = await askForPro();
    expect(await pending()).toMatchObject({ planId: "pro", endsTrial: false, dueCents, needsConfirmation: true, payUrl: expect.stringContaining("/invoice/") });
    const left = new Date((await pending())?.expiresAt ?? 0).getTime() - Date.now();
    expect([left > 22 * 3_600_000, left <= 23 * 3_600_000]).toEqual([true, true]);
    expect(await inForce(one)).toMatchObject({ plan: "starter" });
    expect(await standing(one)).toMatchObject({ kind: "active", planId: "starter" });
    expect(await charged()).toBe(before);
    await confirm();
    expect(await pending()).toBeNull();
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
    expect(await charged()).toBe(before + dueCents);
    expect(await mail(one, "plan_upgraded")).toMatchObject({ from: "starter", to: "pro", chargedCents: dueCents });
    expect(await audited(one)).toEqual(expect.arrayContaining(["subscription.upgrade_requested", "billing.account_updated", "subscription.plan_upgraded"]));
  });

  test("is one for two clicks, and for a tab that asks again later", async () => {
    await buy(one, "starter");
    const preview = await previewUpgrade(one.tenantId, "pro");
    await nextPayment("action", 3);
    const outcomes = await Promise.allSettled([upgrade(actorOf(one), "pro", preview), upgrade(actorOf(one), "pro", preview)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
    expect(await upgrade(actorOf(one), "pro", await previewUpgrade(one.tenantId, "pro"))).toEqual({ waits: true });
    expect(await invoicesOf("subscription_update")).toHaveLength(1);
    await nextPayment("action", 0);
    await confirm();
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
  });

  test("is told of by a mail that leads to the invoice and says until when, and by none of a payment that failed", async () => {
    await askForPro();
    const waits = await pending();
    await syncInvoice(one.tenantId, waits?.invoiceId ?? "");
    await syncInvoice(one.tenantId, waits?.invoiceId ?? "");
    expect(await mails(one)).toEqual(["subscribed", "payment_confirmation_needed"]);
    expect(await mail(one, "payment_confirmation_needed")).toMatchObject({ confirmUrl: waits?.payUrl, changeExpiresAt: waits?.expiresAt });
    await confirm(false);
    await syncInvoice(one.tenantId, waits?.invoiceId ?? "");
    expect(await mails(one)).toEqual(["subscribed", "payment_confirmation_needed"]);
    expect(await pending()).toMatchObject({ needsConfirmation: false });
    expect(await standing(one)).toMatchObject({ kind: "active", planId: "starter" });
  });

  test("that was not confirmed in time leaves everything as it was, and can be asked for again", async () => {
    const { before } = await askForPro();
    await travel(one, { days: 1 });
    await expectStarterUntouched(before);
    expect((await invoicesOf("subscription_update")).map(({ status }) => status)).toEqual(["void"]);
    expect(await upgrade(actorOf(one), "pro", await previewUpgrade(one.tenantId, "pro"))).toEqual({ waits: false });
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
  });

  test("is not shown any more once its time is over, before Stripe has said so", async () => {
    await askForPro();
    await owner().query("UPDATE billing_account SET pending = jsonb_set(pending, '{expiresAt}', to_jsonb(now() - interval '1 second')) WHERE tenant_id = $1", [one.tenantId]);
    expect(await pending()).toBeNull();
  });

  test("is left be, twice too, and cannot be confirmed after that", async () => {
    const { before } = await askForPro();
    const { payUrl } = (await pending()) ?? {};
    await Promise.allSettled([leavePendingChange(actorOf(one)), leavePendingChange(actorOf(one))]);
    await leavePendingChange(actorOf(one));
    await fetch(payUrl ?? "", { method: "POST", body: new URLSearchParams({ card: "succeeds" }), redirect: "manual" });
    await catchUp(one.tenantId);
    await expectStarterUntouched(before);
    expect((await audited(one)).filter((action) => action === "subscription.waiting_change_dropped")).toHaveLength(1);
  });

  test("that was confirmed a moment before somebody leaves it be stays in force", async () => {
    const { before, dueCents } = await askForPro();
    const { payUrl } = (await pending()) ?? {};
    await fetch(payUrl ?? "", { method: "POST", body: new URLSearchParams({ card: "succeeds" }), redirect: "manual" });
    expect(await leavePendingChange(actorOf(one))).toBe(false);
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
    expect(await charged()).toBe(before + dueCents);
  });

  test("goes with a cancellation, of a member's and of the workspace's deletion", async () => {
    await askForPro();
    await cancelSubscription(actorOf(one));
    expect(await standing(one)).toMatchObject({ kind: "ending", planId: "starter" });
    expect(await pending()).toBeNull();
    expect((await invoicesOf("subscription_update")).map(({ status }) => status)).toEqual(["void"]);
    one = await makeFree();
    await askForPro();
    await owner().query("UPDATE tenant SET delete_after = now() + interval '30 days' WHERE id = $1", [one.tenantId]);
    await followDeletion(one.tenantId);
    expect(await standing(one)).toMatchObject({ kind: "ending", planId: "starter" });
    expect(await pending()).toBeNull();
    await owner().query("UPDATE tenant SET delete_after = NULL WHERE id = $1", [one.tenantId]);
  });

  test("whose answer was lost is one change all the same", async () => {
    await buy(one, "starter");
    const preview = await previewUpgrade(one.tenantId, "pro");
    await nextPayment("action", 5);
    await sandboxControl("faults", { lose_answers: 1 });
    await upgrade(actorOf(one), "pro", preview).catch((error: unknown) => expect(error).toMatchObject({ status: 503 }));
    await sandboxControl("faults", { lose_answers: 0 });
    expect(await upgrade(actorOf(one), "pro", preview)).toEqual({ waits: true });
    expect(await invoicesOf("subscription_update")).toHaveLength(1);
  });
});

test("a payment that the bank refuses outright is refused in its words, with nothing charged and nothing waiting", async () => {
  await buy(one, "starter");
  const before = await charged();
  for (const times of [1, 1]) {
    await nextPayment("fail", times);
    await expect(upgrade(actorOf(one), "pro", await previewUpgrade(one.tenantId, "pro"))).rejects.toMatchObject({ code: "conflict", message: "Your card was declined. Nothing was charged, and the plan was not changed." });
    await expectStarterUntouched(before);
  }
  expect((await invoicesOf("subscription_update")).map(({ status }) => status)).toEqual(["void", "void"]);
  for (const { id } of await invoicesOf("subscription_update")) await syncInvoice(one.tenantId, id);
  expect(await mails(one)).toEqual(["subscribed"]);
});

describe("the early end of a trial that the bank asks about", () => {
  beforeEach(async () => {
    await startTrial(actorOf(one), buyerOf(one), "starter");
    await giveCard(await customerOf(one.tenantId));
    await nextPayment("action");
    expect(await endTrial(actorOf(one))).toEqual({ waits: true });
  });

  test("waits with the trial going, and begins the plan when it is confirmed", async () => {
    expect(await pending()).toMatchObject({ planId: "starter", endsTrial: true, dueCents: 4_900, needsConfirmation: true });
    expect(await inForce(one)).toMatchObject({ plan: "starter", trial: true });
    expect(await endTrial(actorOf(one))).toEqual({ waits: true });
    expect(await charged()).toBe(0);
    await confirm();
    expect(await inForce(one)).toMatchObject({ plan: "starter", trial: false });
    expect(await charged()).toBe(4_900);
    expect((await mails(one)).toSorted()).toEqual(["subscribed", "trial_started"]);
  });

  test("is dropped by another plan for the trial, and by canceling it", async () => {
    await switchTrialPlan(actorOf(one), "pro");
    expect(await pending()).toBeNull();
    expect(await inForce(one)).toMatchObject({ plan: "pro", trial: true });
    await nextPayment("action");
    expect(await endTrial(actorOf(one))).toEqual({ waits: true });
    await cancelSubscription(actorOf(one));
    expect(await pending()).toBeNull();
    expect(await standing(one)).toMatchObject({ kind: "trial", canceled: true });
    expect(await charged()).toBe(0);
  });
});

test("a renewal that the bank asks about is missing until it is confirmed: page and mail lead to its invoice", async () => {
  await buy(one, "starter");
  await nextPayment("action");
  await travel(one, { months: 1 });
  await sandboxControl("travel", { customer: await customerOf(one.tenantId), seconds: 2 * 3_600 });
  await catchUp(one.tenantId);
  const [renewal] = await invoicesOf("subscription_cycle");
  await syncInvoice(one.tenantId, renewal?.id ?? "");
  const { standing: stands, payUrl, pending: waits } = await readBilling(one.tenantId);
  expect([stands.kind, payUrl, waits]).toEqual(["past_due", renewal?.hosted_invoice_url, null]);
  expect(await mail(one, "payment_confirmation_needed")).toMatchObject({ confirmUrl: renewal?.hosted_invoice_url, amountCents: 4_900 });
  expect(await mail(one, "payment_confirmation_needed")).not.toHaveProperty("changeExpiresAt");
});
