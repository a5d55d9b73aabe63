import { describe, expect, test } from "vitest";
import { mailDue, NO_CARD, stateOf, stepFor, type Contract, type Sold } from "@/lib/billing/contract/policy";

const now = new Date("2026-11-24T12:00:00Z");
const day = (n: number) => new Date(now.getTime() + n * 86_400_000);
const contract = (more: Partial<Contract> = {}): Contract => ({
  priceCents: 200_000, payment: "invoice", daysUntilDue: 30, startsAt: day(-40), endsAt: null, terms: "t", endedBy: null, updatedAt: day(-40), toldAt: day(-40), appliedAt: null, ...more,
});
const sold = (more: Partial<Sold> = {}): Sold => ({
  status: "active", planId: "enterprise", priceCents: 200_000, hasOverageItem: true, collection: "send_invoice", daysUntilDue: 30, cancels: false, periodEnd: day(10), ...more,
});
const CHANGE = { kind: "change", replace: false, prorate: false, addOverage: false, cancels: false };

describe("a contract stands", () => {
  test.each([[day(1), null, "coming"], [now, null, "in_force"], [day(-2), day(1), "in_force"], [day(-2), now, "over"]] as const)("from %s to %s: %s", (startsAt, endsAt, state) => {
    expect(stateOf({ startsAt, endsAt }, now)).toBe(state);
  });
});

describe("at Stripe", () => {
  const step = (of: Contract, at: Sold | null, { overage = true, card = true } = {}) => stepFor(of, overage, at, card, now);
  test("nothing is done once it has what was agreed", () => {
    expect(step(contract(), sold())).toEqual({ kind: "none" });
    expect(step(contract({ payment: "card", daysUntilDue: null }), sold({ collection: "charge_automatically", daysUntilDue: null }))).toEqual({ kind: "none" });
    expect(step(contract(), sold({ hasOverageItem: false }), { overage: false })).toEqual({ kind: "none" });
  });
  test("a subscription is made where none lives, and waits for a card where a card is to pay", () => {
    expect(step(contract(), null, { card: false })).toEqual({ kind: "create" });
    expect(step(contract(), sold({ status: "canceled" }))).toEqual({ kind: "create" });
    expect(step(contract({ payment: "card", daysUntilDue: null }), null)).toEqual({ kind: "create" });
    expect(step(contract({ payment: "card", daysUntilDue: null }), null, { card: false })).toEqual({ kind: "wait", problem: NO_CARD });
  });
  test("new terms hold from the next period on; another plan is changed at once", () => {
    expect(step(contract({ priceCents: 250_000 }), sold())).toEqual({ ...CHANGE, replace: true });
    expect(step(contract(), sold({ planId: "starter", priceCents: 4_900, collection: "charge_automatically", daysUntilDue: null }))).toEqual({ ...CHANGE, replace: true, prorate: true });
    expect(step(contract(), sold({ hasOverageItem: false }))).toEqual({ ...CHANGE, addOverage: true });
    expect(step(contract({ daysUntilDue: 14 }), sold())).toEqual(CHANGE);
    expect(step(contract({ payment: "card", daysUntilDue: null }), sold())).toEqual(CHANGE);
  });
  test("an agreed end cancels in the last period that is paid, not before; taken back, it goes on", () => {
    expect(step(contract({ endsAt: day(11) }), sold())).toEqual({ kind: "none" });
    expect(step(contract({ endsAt: day(10) }), sold())).toEqual({ ...CHANGE, cancels: true });
    expect(step(contract({ endsAt: day(10) }), sold({ cancels: true }))).toEqual({ kind: "none" });
    expect(step(contract(), sold({ cancels: true }))).toEqual(CHANGE);
  });
  test("one that is over or paid elsewhere cancels what Stripe still sells of it, and leaves alone what was bought after it", () => {
    expect(step(contract({ endsAt: now }), sold())).toEqual({ kind: "cancel" });
    expect(step(contract({ endsAt: now }), sold({ cancels: true }))).toEqual({ kind: "none" });
    expect(step(contract({ endsAt: now }), sold({ planId: "pro" }))).toEqual({ kind: "none" });
    expect(step(contract({ payment: "outside", daysUntilDue: null }), sold({ planId: "pro" }))).toEqual({ kind: "cancel" });
    expect(step(contract({ payment: "outside", daysUntilDue: null }), null)).toEqual({ kind: "none" });
    expect(step(contract({ startsAt: day(1) }), sold({ planId: "pro" }))).toEqual({ kind: "none" });
  });
});

describe("the customer is told", () => {
  const told = (of: Contract) => mailDue(of, now)?.kind ?? null;
  test("once that it began, that it changed, and that it ends", () => {
    expect(told(contract({ toldAt: null }))).toBe("contract_started");
    expect(told(contract())).toBeNull();
    expect(told(contract({ updatedAt: day(-1) }))).toBe("contract_changed");
    expect(told(contract({ updatedAt: day(-1), endsAt: day(5), endedBy: "usr_staff" }))).toBe("contract_ends");
    expect(told(contract({ endsAt: day(-1) }))).toBe("contract_ends");
  });
  test("nothing before it begins, and nothing of one that never did", () => {
    expect(told(contract({ startsAt: day(1), toldAt: null }))).toBeNull();
    expect(told(contract({ endsAt: now, toldAt: null }))).toBeNull();
  });
  test("of an end once, whether it was agreed or comes", () => {
    const ended = contract({ updatedAt: day(-1), endsAt: day(5), endedBy: "usr_staff" });
    expect(mailDue(ended, now)?.key).toBe(mailDue({ ...ended, toldAt: day(-1) }, day(6))?.key);
  });
});
