import { describe, expect, test } from "vitest";
import { overageFormSchema, spendLimitSchema } from "@/lib/caps/schema";

describe("a spend limit", () => {
  test.each([["25", 2_500], [" $25.50 ", 2_550], ["1", 100], ["1.1", 110], ["10,000", 1_000_000], ["$ 1,234.05", 123_405], ["0001.10", 110]])("%j is %i cents", (text, cents) => {
    expect(spendLimitSchema.parse(text)).toBe(cents);
  });

  test.each(["", "0", "0.99", "10000.01", "10001", "-5", "25.005", "1e3", "25 dollars", "1,00", "25,50", "Infinity", "0x10", "٢٥", ".5", "25."])("%j is refused", (text) => {
    expect(spendLimitSchema.safeParse(text).success).toBe(false);
  });
});

test("turning on needs a limit, turning off does not, and both say what was seen", () => {
  expect(overageFormSchema.safeParse({ overage: "on", seen: "off:0" }).success).toBe(false);
  expect(overageFormSchema.safeParse({ overage: "off" }).success).toBe(false);
  expect(overageFormSchema.safeParse({ overage: "maybe", seen: "" }).success).toBe(false);
  expect(overageFormSchema.parse({ overage: "off", seen: "on:1" })).toEqual({ overage: "off", seen: "on:1" });
});
