import { describe, expect, test } from "vitest";
import { entitlementOf, GRACE_MS } from "@/lib/billing/account/entitlement";
import { NO_ACCOUNT, type AccountState, type SubscriptionStatus } from "@/lib/billing/account/state";

const now = new Date("2026-11-24T12:00:00Z");
const anchorAt = new Date("2026-10-31T08:00:00Z");
const bought = (status: SubscriptionStatus, more: Partial<AccountState> = {}): AccountState => ({ ...NO_ACCOUNT, subscriptionId: "sub_1", planId: "pro", anchorAt, status, ...more });
const FREE = { planId: "free", anchorAt: null, trialEndsAt: null };

describe("the plan in force", () => {
  test("without a subscription is Free, by the calendar", () => {
    expect(entitlementOf(NO_ACCOUNT, null, now)).toEqual(FREE);
  });
  test.each<SubscriptionStatus>(["incomplete", "incomplete_expired", "canceled", "paused"])("is Free while the subscription is %s", (status) => {
    expect(entitlementOf(bought(status), null, now)).toEqual(FREE);
  });
  test("is what was bought while it is paid, in its own periods", () => {
    expect(entitlementOf(bought("active"), null, now)).toEqual({ planId: "pro", anchorAt, trialEndsAt: null });
  });
  test("is in trial in periods that begin with the trial", () => {
    const [trialStartsAt, trialEndsAt] = [new Date("2026-11-20T00:00:00Z"), new Date("2026-12-04T00:00:00Z")];
    expect(entitlementOf(bought("trialing", { trialStartsAt, trialEndsAt, anchorAt: trialEndsAt }), null, now)).toEqual({ planId: "pro", anchorAt: trialStartsAt, trialEndsAt });
  });
  test.each<SubscriptionStatus>(["past_due", "unpaid"])("while it is %s stays for seven days, to the millisecond, and then is Free in the same periods", (status) => {
    const since = (ms: number) => entitlementOf(bought(status, { pastDueSince: new Date(now.getTime() - ms) }), null, now);
    expect(since(GRACE_MS - 1)).toEqual({ planId: "pro", anchorAt, trialEndsAt: null });
    expect(since(GRACE_MS)).toEqual({ planId: "free", anchorAt, trialEndsAt: null });
  });
});

describe("where nothing is sold", () => {
  test("the plan in force is the built-in one, but for a contract and for what is still paid", () => {
    const unsold = (account: AccountState, contract: { startsAt: Date; endsAt: Date | null } | null = null) => entitlementOf(account, contract, now, "built_in").planId;
    expect([unsold(NO_ACCOUNT), unsold(bought("canceled")), unsold(bought("active")), unsold(NO_ACCOUNT, { startsAt: now, endsAt: null })]).toEqual(["built_in", "built_in", "pro", "enterprise"]);
  });
});

describe("a contract", () => {
  const day = (n: number) => new Date(now.getTime() + n * 86_400_000);
  test("comes before whatever was bought, from its first instant to its last", () => {
    expect(entitlementOf(NO_ACCOUNT, { startsAt: now, endsAt: null }, now)).toEqual({ planId: "enterprise", anchorAt: now, trialEndsAt: null });
    expect(entitlementOf(bought("canceled"), { startsAt: day(-1), endsAt: day(1) }, now)).toMatchObject({ planId: "enterprise", anchorAt });
  });
  test("that is over gives no plan, whatever of it Stripe still has", () => {
    expect(entitlementOf(bought("active", { planId: "enterprise" }), { startsAt: day(-2), endsAt: now }, now)).toEqual(FREE);
    expect(entitlementOf(bought("active", { planId: "enterprise" }), null, now)).toEqual(FREE);
  });
  test("that has not begun or has ended changes nothing", () => {
    expect(entitlementOf(bought("active"), { startsAt: day(1), endsAt: null }, now)).toMatchObject({ planId: "pro" });
    expect(entitlementOf(NO_ACCOUNT, { startsAt: day(-2), endsAt: now }, now)).toEqual(FREE);
  });
});
