import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/lib/core/time";
import { debtOf, isDebt } from "./owed";

const NOW = new Date("2026-11-24T12:00:00Z");
const at = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
const invoice = (over: Partial<Parameters<typeof debtOf>[0][number]> = {}) => ({ remainingCents: 4_900, reason: "subscription_cycle", dueAt: null, openedAt: at(-20), url: "https://pay.example/1", ...over });

describe("an open invoice", () => {
  test.each<[string, Parameters<typeof invoice>[0], boolean]>([
    ["of a period", {}, true],
    ["of which nothing remains", { remainingCents: 0 }, false],
    ["of a purchase that was given up", { reason: "subscription_create" }, false],
    ["that was sent and is due", { reason: "subscription_create", dueAt: NOW }, true],
    ["that was sent and has time", { dueAt: at(1) }, false],
  ])("%s is a debt: %s", (_name, over, owed) => expect(isDebt(invoice(over), NOW)).toBe(owed));
});

test("what is owed is the sum of the debts since the oldest, which is paid first", () => {
  const open = [invoice({ reason: "subscription_create", url: "https://pay.example/0" }), invoice(), invoice({ remainingCents: 30, dueAt: at(-2), url: "https://pay.example/2" }), invoice({ dueAt: at(3) })];
  expect(debtOf(open, NOW)).toEqual({ cents: 4_930, since: at(-20), payUrl: "https://pay.example/1", invoices: 2 });
  expect(debtOf(open.slice(2), NOW)).toMatchObject({ cents: 30, since: at(-2) });
  expect(debtOf([], NOW)).toBeNull();
});
