import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/lib/core/time";
import { changesOf } from "@/lib/billing/account/changes";
import { mailOf, NO_DETAILS } from "@/lib/billing/account/change-mails";
import { NO_ACCOUNT, type AccountState } from "@/lib/billing/account/state";
import { billingMailSchema } from "@/lib/notifications/billing/schema";

const NOW = new Date("2026-11-24T12:00:00Z");
const at = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
const account = (over: Partial<AccountState> = {}): AccountState => ({
  ...NO_ACCOUNT, subscriptionId: "sub_1", status: "active", planId: "starter", priceCents: 4_900, anchorAt: at(-10), periodStart: at(-10), periodEnd: at(20), ...over,
});
const trial = (over: Partial<AccountState> = {}) => account({ status: "trialing", trialStartsAt: at(-4), trialEndsAt: at(10), periodEnd: at(10), ...over });
const kinds = (before: AccountState, after: AccountState) => changesOf(before, after, { now: NOW, seq: 7 }).map(({ kind }) => kind);

describe("what happened", () => {
  test.each<[string, AccountState, AccountState, string[]]>([
    ["nothing", account(), account(), []],
    ["another card", account(), account({ card: { brand: "visa", last4: "4242", expMonth: 1, expYear: 2030 } }), []],
    ["a renewal", account(), account({ periodStart: at(20), periodEnd: at(50) }), []],
    ["a trial begins", NO_ACCOUNT, trial(), ["trial_started"]],
    ["a trial's plan changes", trial(), trial({ planId: "pro" }), ["trial_plan_changed"]],
    ["a trial is paid", trial(), account(), ["subscribed"]],
    ["a trial ends without a card", trial(), account({ status: "canceled", trialEndsAt: at(10), endedAt: at(10) }), ["trial_ended"]],
    ["a trial's end was moved", trial(), account({ status: "canceled", trialEndsAt: at(-5), endedAt: at(-5) }), ["trial_ended"]],
    ["a canceled trial ends", trial({ cancelAt: at(10) }), account({ status: "canceled", trialEndsAt: at(10), endedAt: at(10) }), ["ended"]],
    ["a trial whose first payment fails", trial(), account({ status: "past_due", pastDueSince: NOW }), ["past_due"]],
    ["a purchase", NO_ACCOUNT, account(), ["subscribed"]],
    ["a purchase that waits", NO_ACCOUNT, account({ status: "incomplete" }), []],
    ["one that waited is paid", account({ status: "incomplete" }), account(), ["subscribed"]],
    ["an upgrade", account(), account({ planId: "pro", priceCents: 14_900 }), ["plan_upgraded"]],
    ["a downgrade is scheduled", account({ planId: "pro" }), account({ planId: "pro", scheduleId: "s", scheduledPlanId: "starter", scheduledAt: at(20) }), ["downgrade_scheduled"]],
    ["it is undone", account({ planId: "pro", scheduleId: "s", scheduledPlanId: "starter", scheduledAt: at(20) }), account({ planId: "pro" }), ["downgrade_undone"]],
    ["it takes place", account({ planId: "pro", scheduleId: "s", scheduledPlanId: "starter", scheduledAt: at(20) }), account({ scheduleId: "s", periodStart: at(20), periodEnd: at(50) }), ["plan_downgraded"]],
    ["a cancellation in its place", account({ planId: "pro", scheduleId: "s", scheduledPlanId: "starter", scheduledAt: at(20) }), account({ planId: "pro", cancelAt: at(20) }), ["cancellation_scheduled"]],
    ["a cancellation is taken back", account({ cancelAt: at(20) }), account(), ["cancellation_undone"]],
    ["the canceled end", account({ cancelAt: at(20) }), account({ status: "canceled", endedAt: at(20) }), ["ended"]],
    ["a payment fails", account(), account({ status: "past_due", pastDueSince: NOW }), ["past_due"]],
    ["it goes on missing", account({ status: "past_due", pastDueSince: at(-3) }), account({ status: "unpaid", pastDueSince: at(-3) }), []],
    ["it arrives", account({ status: "past_due", pastDueSince: at(-3) }), account(), ["recovered"]],
    ["it never arrives", account({ status: "past_due", pastDueSince: at(-20) }), account({ status: "canceled", endedAt: NOW }), ["ended"]],
    ["another subscription after an end", account({ status: "canceled", endedAt: at(-1) }), account({ subscriptionId: "sub_2", planId: "pro" }), ["subscribed"]],
    ["another one in place of one that lived", account(), account({ subscriptionId: "sub_2", planId: "pro" }), ["ended", "subscribed"]],
    ["the customer was deleted", account(), NO_ACCOUNT, ["ended"]],
  ])("%s", (_name, before, after, wanted) => expect(kinds(before, after)).toEqual(wanted));

  test("says why it ended", () => {
    const reason = (before: AccountState) => changesOf(before, account({ status: "canceled", endedAt: NOW }), { now: NOW, seq: 1 })[0];
    expect(reason(account({ cancelAt: NOW }))).toMatchObject({ reason: "canceled" });
    expect(reason(account({ status: "past_due", pastDueSince: at(-9) }))).toMatchObject({ reason: "unpaid" });
    expect(reason(account())).toMatchObject({ reason: "other" });
  });

  test("says whether Free's limits held until the payment came", () => {
    const recovered = (days: number) => changesOf(account({ status: "past_due", pastDueSince: at(-days) }), account(), { now: NOW, seq: 1 })[0];
    expect(recovered(6)).toMatchObject({ wasReduced: false });
    expect(recovered(7)).toMatchObject({ wasReduced: true });
  });

  test("says of what was canceled whether it is a trial or owes, and of what recovers that it ends all the same", () => {
    const late = account({ status: "past_due", pastDueSince: at(-3) });
    const canceled = (before: AccountState) => changesOf(before, { ...before, cancelAt: at(20) }, { now: NOW, seq: 1 })[0];
    expect([canceled(account()), canceled(trial()), canceled(late)]).toMatchObject([{ of: null }, { of: "trial" }, { of: "unpaid" }]);
    expect(changesOf({ ...late, cancelAt: at(20) }, account({ cancelAt: at(20) }), { now: NOW, seq: 1 })).toMatchObject([{ kind: "recovered", endsAt: at(20) }]);
  });

  test("has a key: the same for the same change, another for the same deed later", () => {
    const cancel = (seq: number) => changesOf(account(), account({ cancelAt: at(20) }), { now: NOW, seq })[0]?.key;
    expect(cancel(3)).toBe(cancel(3));
    expect(cancel(3)).not.toBe(cancel(5));
    const begin = (seq: number) => changesOf(NO_ACCOUNT, trial(), { now: NOW, seq })[0]?.key;
    expect(begin(1)).toBe(begin(2));
  });
});

test("every mail that a change asks for is one that can be stored", () => {
  const states = [NO_ACCOUNT, account(), trial(), trial({ cancelAt: at(10) }), account({ planId: "pro" }), account({ planId: "pro", scheduleId: "s", scheduledPlanId: "starter", scheduledAt: at(20) }), account({ cancelAt: at(20) }),
    account({ status: "past_due", pastDueSince: at(-3) }), account({ status: "canceled", endedAt: NOW }), account({ status: "canceled", trialEndsAt: at(10), endedAt: at(10) }), account({ planId: "enterprise", priceCents: 90_000 }), account({ subscriptionId: "sub_2" })];
  const seen = new Set<string>();
  for (const before of states) {
    for (const after of states) {
      for (const change of changesOf(before, after, { now: NOW, seq: 1 })) {
        const mail = mailOf(change, { agents: 1, members: 0 }, NO_DETAILS);
        if (!mail) continue;
        seen.add(mail.kind);
        expect(billingMailSchema.safeParse(mail), JSON.stringify(mail)).toMatchObject({ success: true });
      }
    }
  }
  expect([...seen].toSorted()).toEqual(["cancellation_scheduled", "downgrade_scheduled", "payment_recovered", "plan_downgraded", "plan_upgraded", "resumed", "subscribed", "subscription_ended", "trial_ended", "trial_started"]);
});
