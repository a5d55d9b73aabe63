import { expect, test } from "vitest";
import { NO_OVERAGE } from "@/lib/billing/overage";
import { PLANS } from "@/lib/billing/plans";
import { overageDetail, statementOf } from "@/lib/billing/statement";

const overage = { ms: 150_000n, units: 150_000n * 50_000n, modelMicros: 120_000n };

test("a plan costs its price while nothing is charged past its quotas", () => {
  expect(statementOf(PLANS.free, NO_OVERAGE).totalCents).toBe(0);
  expect(statementOf(PLANS.starter, NO_OVERAGE)).toEqual({ lines: [{ label: "Starter plan", detail: "one month", cents: 4_900 }], totalCents: 4_900 });
});

test("what is charged past the quotas is one line, rounded once", () => {
  const statement = statementOf(PLANS.starter, overage);
  // 12.5 cents of minutes and 12 of models.
  expect(statement.lines.map(({ cents }) => cents)).toEqual([4_900, 25]);
  expect(statement.totalCents).toBe(4_925);
  expect(statement.lines[1]?.detail).toBe("2.5 min for $0.13, model spend $0.12");
});

test("a part that is nothing is not told", () => {
  expect(overageDetail({ ...overage, modelMicros: 0n })).toBe("2.5 min for $0.13");
  expect(overageDetail({ ms: 0n, units: 0n, modelMicros: 5_000n })).toBe("model spend $0.005");
});

test("a plan by contract has no price of ours", () => {
  expect(statementOf(PLANS.enterprise, NO_OVERAGE)).toEqual({ lines: [{ label: "Enterprise plan", detail: "by contract", cents: 0 }], totalCents: 0 });
});
