import { expect, test } from "vitest";
import { PLANS } from "@/lib/billing/plans";
import { statementOf } from "@/lib/billing/statement";
import { MINUTE_MS } from "@/lib/core/time";

test("a plan costs its price while its minutes last, to the last millisecond", () => {
  expect(statementOf(PLANS.free, 0).totalCents).toBe(0);
  expect(statementOf(PLANS.starter, 1_000 * MINUTE_MS)).toEqual({ lines: [{ label: "Starter plan", detail: "one month", cents: 4_900 }], totalCents: 4_900 });
});

test("minutes past the quota cost the overage price, rounded once", () => {
  const statement = statementOf(PLANS.starter, 1_002.5 * MINUTE_MS);
  expect(statement.lines.map(({ cents }) => cents)).toEqual([4_900, 13]);
  expect(statement.totalCents).toBe(4_913);
});

test("a plan without overage never costs more than its price", () => {
  expect(statementOf(PLANS.free, 1_000 * MINUTE_MS).totalCents).toBe(0);
});

test("a plan by contract has no price of ours", () => {
  expect(statementOf(PLANS.enterprise, 5 * MINUTE_MS)).toEqual({ lines: [{ label: "Enterprise plan", detail: "by contract", cents: 0 }], totalCents: 0 });
});
