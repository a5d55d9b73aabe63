import { describe, expect, test } from "vitest";
import type { ModelInfo } from "@/lib/agents/models";
import { costOf, estimateTokens, mostItCosts } from "@/lib/runs/worker/spend";

const model: ModelInfo = { id: "m", name: "M", input_micros_per_million: 3_000_000, output_micros_per_million: 15_000_000, context_tokens: 100_000, max_output_tokens: 1_000 };

describe("what a call costs", () => {
  test("is its tokens at list price", () => expect(costOf(model, 1_000, 100)).toBe(3_000 + 1_500));
  test("is nothing at a model that costs nothing", () => expect(costOf({ ...model, input_micros_per_million: 0, output_micros_per_million: 0 }, 10 ** 6, 10 ** 6)).toBe(0));

  test.each(["", "plain words", "ünïcödé", "日本語のテキスト", "👩‍👩‍👧‍👦".repeat(50), "a".repeat(10_000)])("is never more than was reserved for it, for %#", (text) => {
    // A tokenizer makes at most one token of a byte.
    const worst = costOf(model, new TextEncoder().encode(text).byteLength, model.max_output_tokens);
    expect(mostItCosts(model, [text], model.max_output_tokens)).toBeGreaterThanOrEqual(worst);
  });

  test("all texts of a call count", () => expect(mostItCosts(model, ["a".repeat(1_000), "b".repeat(1_000)], 0)).toBeGreaterThanOrEqual(6_000));
});

test("an untold call is estimated at four bytes a token", () => {
  expect(estimateTokens("a".repeat(400))).toBe(100);
  expect(estimateTokens("é".repeat(2), "")).toBe(1);
  expect(estimateTokens()).toBe(0);
});
