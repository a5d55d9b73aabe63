import { expect, test } from "vitest";
import { tokenCostMicros } from "@/lib/core/money";

test("tokens cost their list price, rounded up", () => {
  expect(tokenCostMicros(1_000_000, 2_500_000)).toBe(2_500_000);
  expect(tokenCostMicros(1, 1)).toBe(1);
  expect(tokenCostMicros(3, 333_333)).toBe(1);
  expect(tokenCostMicros(0, 2_500_000)).toBe(0);
  expect(tokenCostMicros(1_000, 0)).toBe(0);
});
