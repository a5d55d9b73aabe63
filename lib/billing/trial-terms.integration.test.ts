/** What a trial is while it lasts: whose end everybody is told, and which caps hold until then. */
import { afterAll, expect, test } from "vitest";
import { actorOf, buy, buyerOf, makeFree, subscriptionsOf, travel } from "@/e2e/fixtures/billing-life";
import { makeUser } from "@/e2e/fixtures/session";
import { customerOf, giveCard, sandboxClient } from "@/e2e/fixtures/stripe-sandbox";
import { owner } from "@/e2e/fixtures/workspace";
import { findCapState } from "@/lib/caps/repo";
import { setOverage } from "@/lib/caps/service";
import { DAY_MS, MINUTE_MS } from "@/lib/core/time";
import { admit, admitMember } from "@/lib/limits/admission";
import { closeDb, withTenant } from "@/lib/platform/db";
import { catchUp, readTrialEnd } from "@/lib/billing/overview/service";
import { startTrial } from "@/lib/billing/trial";
import { isTrialOffered } from "@/lib/billing/trial-offer";

afterAll(() => closeDb());

test("a trial's period is the trial: every reader sees it end when it does, with the caps that hold until then, and the paid month after it", async () => {
  const one = await makeFree();
  const staffId = await makeUser(null, { isStaff: true });
  expect(await readTrialEnd(one.tenantId)).toBeNull();
  await startTrial(actorOf(one), buyerOf(one), "starter");
  const ends = await readTrialEnd(one.tenantId);
  const seen = async () => {
    const key = await admit({ kind: "key", hash: one.keyHash, address: null }, false);
    const [member, state] = [await admitMember(one.tenantId, one.userId), await withTenant(one.tenantId, (tx) => findCapState(tx, one.tenantId))];
    const { rows } = await owner().query<{ shown: { period_end: string } }>("SELECT staff_show_tenant($1, $2) AS shown", [staffId, one.slug]);
    if (key.kind !== "admitted" || !member || !state || !rows[0]) throw new Error("it is not there");
    return { ends: [key.admission.period.end, member.period.end, state.period.end, new Date(rows[0].shown.period_end)], start: member.period.start, quotas: member.quotas, calls: member.caps.calls };
  };
  const before = await seen();
  expect(before.ends).toEqual([ends, ends, ends, ends]);
  expect((ends?.getTime() ?? 0) - before.start.getTime()).toBe(14 * DAY_MS);
  // A tenth of the minutes and the model spend, and all of the API calls.
  expect([before.quotas, before.calls]).toEqual([{ ms: 100 * MINUTE_MS, micros: 500_000 }, 250_000]);

  await giveCard(await customerOf(one.tenantId));
  await travel(one, { days: 15 });
  const after = await seen();
  expect(await readTrialEnd(one.tenantId)).toBeNull();
  expect(after.quotas).toEqual({ ms: 1_000 * MINUTE_MS, micros: 5_000_000 });
  for (const end of after.ends) expect(end.getTime() - after.start.getTime()).toBeGreaterThanOrEqual(28 * DAY_MS);
});

test("a trial refuses overage in words, and may leave it off", async () => {
  const one = await makeFree();
  await startTrial(actorOf(one), buyerOf(one), "pro");
  await expect(setOverage(actorOf(one), { overage: "on", spend_limit: 1_000, seen: "off:0" })).rejects.toMatchObject({
    code: "conflict", message: "A trial has no overage. Switch it on when the paid plan has begun; nothing was changed.",
  });
  expect((await owner().query("SELECT overage_enabled, spend_limit_micros::int AS limit FROM tenant WHERE id = $1", [one.tenantId])).rows).toEqual([{ overage_enabled: false, limit: 0 }]);
});

test("a trial is offered to whom it would be given, and to nobody else", async () => {
  const [one, second] = [await makeFree(), await makeFree()];
  const [mailbox] = one.email.split("@");
  const email = `${mailbox}@gmail.com`;
  expect([await isTrialOffered(one.tenantId, email), await isTrialOffered(second.tenantId, email), await isTrialOffered(one.tenantId, "someone@mailinator.com")]).toEqual([true, true, false]);
  await startTrial(actorOf(one), { ...buyerOf(one), email }, "starter");
  // Not in the trial, nor to the same person elsewhere, whatever they write before the @; another person's own workspace may have its own.
  expect([await isTrialOffered(one.tenantId, email), await isTrialOffered(second.tenantId, `${mailbox}+again@googlemail.com`), await isTrialOffered(second.tenantId, second.email)]).toEqual([false, false, true]);
  await travel(one, { days: 15 });
  expect([await isTrialOffered(one.tenantId, email), await isTrialOffered(one.tenantId, second.email)]).toEqual([false, false]);
  // Nor after a plan that was bought without one and is over, of which the account tells now.
  await buy(one, "starter");
  const live = (await subscriptionsOf(one)).find(({ status }) => status === "active");
  await sandboxClient().subscriptions.cancel(live?.id ?? "");
  await catchUp(one.tenantId);
  expect([await isTrialOffered(one.tenantId, email), await isTrialOffered(one.tenantId, second.email)]).toEqual([false, false]);
  await expect(startTrial(actorOf(one), { ...buyerOf(one), email }, "starter")).rejects.toMatchObject({ code: "conflict" });
});
