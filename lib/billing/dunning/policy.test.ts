import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/lib/core/time";
import { NO_ACCOUNT, type AccountState } from "@/lib/billing/account/state";
import { isTrialOver, mailDue } from "./policy";

const NOW = new Date("2026-11-24T12:00:00Z");
const at = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
const late = (days: number): AccountState => ({ ...NO_ACCOUNT, subscriptionId: "sub_1", status: "past_due", planId: "pro", pastDueSince: at(-days) });
const trial = (days: number, over: Partial<AccountState> = {}): AccountState => ({ ...NO_ACCOUNT, subscriptionId: "sub_1", status: "trialing", planId: "pro", trialStartsAt: at(days - 14), trialEndsAt: at(days), ...over });

describe("a payment that is missing", () => {
  test.each([[0, null], [2.99, null], [3, 3], [4.99, 3], [5, 5], [6.99, 5]])("after %s days asks for the mail of day %s", (days, day) => {
    const due = mailDue(late(days), NOW);
    if (day === null) expect(due).toBeNull();
    else expect(due).toMatchObject({ kind: "payment_failed", day, graceEndsAt: at(7 - days) });
  });
  test.each([7, 30])("after %s days only that the limits are reduced", (days) => expect(mailDue(late(days), NOW)).toMatchObject({ kind: "limits_reduced" }));
  test("has a key of its own for each day, and for each payment", () => {
    const keys = [late(3), late(5), late(7), late(3.5)].map((one) => mailDue(one, NOW)?.key);
    expect(new Set(keys).size).toBe(4);
    expect(mailDue(late(3), NOW)?.key).toBe(mailDue({ ...late(3), balanceCents: 5 }, NOW)?.key);
  });
});

describe("a trial", () => {
  test.each([[14, false], [3.01, false], [3, true], [0.01, true], [0, false], [-1, false]])("with %s days left is warned of: %s", (days, warned) => expect(mailDue(trial(days), NOW)?.kind === "trial_ending").toBe(warned));
  test("that was canceled is not warned of", () => expect(mailDue(trial(2, { cancelAt: at(2) }), NOW)).toBeNull());
  test.each([[0.01, false], [0, true], [-2, true]])("with %s days left should have ended: %s", (days, over) => expect(isTrialOver(trial(days), NOW)).toBe(over));
});

test("nothing is due of who has no subscription", () => expect(mailDue(NO_ACCOUNT, NOW)).toBeNull());
