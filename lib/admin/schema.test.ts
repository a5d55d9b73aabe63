import { describe, expect, test } from "vitest";
import { adjustSchema, overrideSchema, readAmount, readQuantity } from "@/lib/admin/schema";

const MINUTES = { each: 60_000, least: 0 };

describe("an amount", () => {
  test.each([["", null], ["  ", null], ["10", 600_000], ["1,000", 60_000_000], ["0.5", 30_000], ["0", 0]])("%j is %j", (typed, ms) => expect(readAmount(typed, MINUTES)).toBe(ms));
  test.each(["-1", "1e9", "ten", "1.1234567", "99999999999", "NaN", "0x10"])("%j is none", (typed) => expect(readAmount(typed, MINUTES)).toEqual({ problem: expect.stringContaining("Type a number") }));
  test("of things is whole, and of some at least one", () => {
    expect(readAmount("1.5", { each: 1, least: 0 })).toEqual({ problem: "Type a whole number." });
    expect(readAmount("0", { each: 1, least: 1 })).toEqual({ problem: "Type more than nothing." });
  });
});

describe("a quantity", () => {
  test.each([["-12.5", "agent_ms", -750_000], ["+3", "api_calls", 3], ["−0.25", "model_micros", -250_000], ["0.000001", "model_micros", 1]] as const)("%j of %s is %j", (typed, meter, value) => expect(readQuantity(typed, meter)).toBe(value));
  test.each([["0", "agent_ms"], ["", "api_calls"], ["1.5", "api_calls"], ["--1", "agent_ms"], ["1e3", "agent_ms"], ["0.000001", "agent_ms"]] as const)("%j of %s is none", (typed, meter) => expect(readQuantity(typed, meter)).toBeNull());
});

const problems = (result: { success: boolean; error?: { issues: { path: PropertyKey[] }[] } | undefined }) => result.error?.issues.map(({ path }) => path[0]);

test("an override takes what was typed and leaves the rest to the plan", () => {
  const typed = { workspace: "ten_1", reason: "Agreed by mail", minutes_ms: "2,000", overage_micros_per_minute: "0.04", agents: "", members: "30" };
  expect(overrideSchema.parse(typed)).toEqual({ workspace: "ten_1", values: { minutes_ms: 120_000_000, overage_micros_per_minute: 40_000, members: 30, reason: "Agreed by mail" } });
  expect(problems(overrideSchema.safeParse({ ...typed, minutes_ms: "", overage_micros_per_minute: "", members: "" }))).toEqual(["form"]);
  expect(problems(overrideSchema.safeParse({ ...typed, reason: " ", expires_on: "2020-01-01" }))).toEqual(["reason", "expires_on"]);
  expect(problems(overrideSchema.safeParse({ ...typed, concurrent_runs: "-1" }))).toEqual(["concurrent_runs"]);
});

test("a correction has a period, a meter, a quantity and a reason", () => {
  const typed = { workspace: "ten_1", period: "2026-11-01T00:00:00.000Z", meter: "agent_ms", quantity: "-1", reason: "Credit" };
  expect(adjustSchema.parse(typed)).toMatchObject({ quantity: -60_000 });
  expect(problems(adjustSchema.safeParse({ ...typed, quantity: "0" }))).toEqual(["quantity"]);
  expect(problems(adjustSchema.safeParse({ ...typed, meter: "input_tokens" }))).toEqual(["meter"]);
});
