import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/lib/core/time";
import { rankOf } from "@/lib/billing/account/changes";
import { NO_ACCOUNT, type AccountState } from "@/lib/billing/account/state";
import { PLANS, type PlanId } from "@/lib/billing/plans";
import { choiceOf } from "./choices";
import { debtBeside, noticeOf, standingOf, trialDays, type Standing } from "./standing";

const NOW = new Date("2026-11-24T12:00:00Z");
const at = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
const account = (over: Partial<AccountState> = {}): AccountState => ({ ...NO_ACCOUNT, subscriptionId: "sub_1", status: "active", planId: "starter", periodStart: at(-10), periodEnd: at(20), ...over });
const trial = (left: number, over: Partial<AccountState> = {}) => account({ status: "trialing", trialStartsAt: at(left - 14), trialEndsAt: at(left), ...over });
const of = (state: AccountState | null): Standing => standingOf(state, null, NOW);

describe("how a workspace stands", () => {
  test.each<[string, Standing, Partial<Standing>]>([
    ["without a customer", of(null), { kind: "free" }],
    ["after an end", of(account({ status: "canceled" })), { kind: "free" }],
    ["while a purchase waits", of(account({ status: "incomplete" })), { kind: "free" }],
    ["in trial", of(trial(5)), { kind: "trial", planId: "starter", hasCard: false, canceled: false }],
    ["active", of(account()), { kind: "active", renewsAt: at(20), scheduled: null }],
    ["with a smaller plan to come", of(account({ planId: "pro", scheduledPlanId: "starter", scheduledAt: at(20) })), { kind: "active", scheduled: { planId: "starter", at: at(20) } }],
    ["ending", of(account({ cancelAt: at(20) })), { kind: "ending", endsAt: at(20) }],
    ["in grace", of(account({ status: "past_due", pastDueSince: at(-6) })), { kind: "past_due", reduced: false, graceEndsAt: at(1) }],
    ["in grace, canceled", of(account({ status: "past_due", pastDueSince: at(-6), cancelAt: at(20) })), { kind: "past_due", endsAt: at(20) }],
    ["after grace", of(account({ status: "unpaid", pastDueSince: at(-7) })), { kind: "past_due", reduced: true }],
    ["with a contract", standingOf(account(), { startsAt: at(-1), endsAt: null }, NOW), { kind: "contract" }],
    ["with one that is over", standingOf(account(), { startsAt: at(-9), endsAt: at(-1) }, NOW), { kind: "active" }],
  ])("%s", (_name, standing, wanted) => expect(standing).toMatchObject(wanted));

  test.each([[14, 14], [13.5, 14], [13, 13], [0.2, 1], [0, 0]])("a trial with %s days to go shows %s", (left, shown) => {
    expect(trialDays({ startsAt: at(left - 14), endsAt: at(left) }, NOW)).toEqual({ left: shown, of: 14 });
  });

  test.each<[Standing, boolean]>([[of(null), false], [of(account()), false], [of(trial(4)), false], [of(trial(3)), true], [of(account({ cancelAt: at(20) })), true], [of(account({ status: "past_due", pastDueSince: NOW })), true]])(
    "%j has something to say: %s", (standing, said) => expect(noticeOf(standing, null, NOW) !== null).toBe(said));
});

describe("what is owed", () => {
  const open = (subscriptionId: string | null) => [{ subscriptionId, remainingCents: 4_900, reason: "subscription_cycle", dueAt: null, openedAt: at(-30), url: "https://pay.example" }];
  const owed = (state: AccountState, subscriptionId: string | null, contract: { startsAt: Date; endsAt: null } | null = null) => debtBeside(standingOf(state, contract, NOW), state, open(subscriptionId), NOW)?.cents ?? 0;
  test("is told of an invoice of what is over, and of the one that runs its own standing tells", () => {
    expect([owed(account({ status: "canceled" }), "sub_1"), owed(account(), "sub_0"), owed(account(), null)]).toEqual([4_900, 4_900, 4_900]);
    expect([owed(account(), "sub_1"), owed(account({ status: "past_due", pastDueSince: at(-1) }), "sub_1")]).toEqual([0, 0]);
    expect(owed(account({ status: "past_due", planId: "enterprise" }), "sub_1", { startsAt: at(-1), endsAt: null })).toBe(4_900);
  });

  test("is said on every page, unless a payment of the plan that runs is missing anyway", () => {
    const debt = { cents: 4_900, since: at(-30), payUrl: null, invoices: 1 };
    expect(noticeOf(of(null), debt, NOW)).toEqual({ kind: "owing", ended: true, ...debt });
    expect(noticeOf(of(account({ cancelAt: at(20) })), debt, NOW)).toMatchObject({ kind: "owing", ended: false });
    expect(noticeOf(of(account({ status: "past_due", pastDueSince: NOW })), debt, NOW)?.kind).toBe("past_due");
  });
});

describe("what can be done with a plan", () => {
  const choose = (id: PlanId, standing: Standing, noTrial = false) => choiceOf(PLANS[id], standing, { rankOf, noTrial, owes: false }).kind;
  const row = (standing: Standing, noTrial = false) => (["free", "starter", "pro", "enterprise"] as const).map((id) => choose(id, standing, noTrial));
  test.each<[string, Standing, string[]]>([
    ["free", of(null), ["current", "buy", "buy", "by_contract"]],
    ["in trial of Starter", of(trial(5)), ["cancel", "current", "switch_trial", "by_contract"]],
    ["in a canceled trial", of(trial(5, { cancelAt: at(5) })), ["scheduled", "current", "blocked", "by_contract"]],
    ["on Starter", of(account()), ["cancel", "current", "upgrade", "by_contract"]],
    ["on Pro", of(account({ planId: "pro" })), ["cancel", "downgrade", "current", "by_contract"]],
    ["on Pro with Starter scheduled", of(account({ planId: "pro", scheduledPlanId: "starter", scheduledAt: at(20) })), ["cancel", "scheduled", "current", "by_contract"]],
    ["ending", of(account({ cancelAt: at(20) })), ["scheduled", "current", "blocked", "by_contract"]],
    ["past due", of(account({ status: "past_due", pastDueSince: NOW })), ["blocked", "current", "blocked", "by_contract"]],
    ["under contract", standingOf(null, { startsAt: at(-1), endsAt: null }, NOW), ["blocked", "blocked", "blocked", "current"]],
  ])("%s", (_name, standing, wanted) => expect(row(standing)).toEqual(wanted));

  test("nothing is offered to who owes", () => {
    const kinds = (["free", "starter", "pro", "enterprise"] as const).map((id) => choiceOf(PLANS[id], of(null), { rankOf, noTrial: false, owes: true }).kind);
    expect(kinds).toEqual(["current", "blocked", "blocked", "by_contract"]);
  });

  test("what blocks a plan says where it is done", () => {
    const where = (standing: Standing, owes = false) => choiceOf(PLANS.pro, standing, { rankOf, noTrial: false, owes });
    expect(where(of(account({ status: "past_due", pastDueSince: NOW })))).toMatchObject({ kind: "blocked", at: "invoice" });
    expect(where(of(null), true)).toMatchObject({ kind: "blocked", at: "invoice" });
    expect(where(of(account({ cancelAt: at(20) })))).toMatchObject({ kind: "blocked", at: "plan" });
  });

  test("a trial is offered once", () => {
    expect(choiceOf(PLANS.pro, of(null), { rankOf, noTrial: false, owes: false })).toEqual({ kind: "buy", trial: true });
    expect(choiceOf(PLANS.pro, of(null), { rankOf, noTrial: true, owes: false })).toEqual({ kind: "buy", trial: false });
  });
});
