import { describe, expect, test } from "vitest";
import { BUILT_IN_MODEL, describeModel, parseCatalogue } from "@/lib/agents/models";

const model = { id: "gpt-x", name: "GPT X", input_micros_per_million: 150_000, output_micros_per_million: 600_000, context_tokens: 128_000, max_output_tokens: 16_384 };

describe("the catalogue of models", () => {
  test("is the built-in one without the operator's", () => expect(parseCatalogue(undefined)).toEqual([BUILT_IN_MODEL]));
  test("is the operator's", () => expect(parseCatalogue(JSON.stringify([model]))).toEqual([model]));

  test("reads as a person does", () => {
    expect(describeModel(model)).toBe("$0.15 in and $0.60 out for a million tokens. Reads up to 128,000 tokens.");
    expect(describeModel(BUILT_IN_MODEL)).toBe("Free of charge. Reads up to 262,144 tokens.");
  });

  test.each([
    ["no JSON", "{", /not valid JSON/],
    ["no list", JSON.stringify(model), /not a list/],
    ["an empty list", "[]", /not a list/],
    ["a model without a price", JSON.stringify([{ ...model, input_micros_per_million: undefined }]), /input_micros_per_million/],
    ["a negative price", JSON.stringify([{ ...model, output_micros_per_million: -1 }]), /output_micros_per_million/],
    ["a price in fractions", JSON.stringify([{ ...model, output_micros_per_million: 0.5 }]), /output_micros_per_million/],
    ["no room to answer", JSON.stringify([{ ...model, max_output_tokens: 0 }]), /max_output_tokens/],
  ])("%s is refused, by name", (_what, json, message) => expect(() => parseCatalogue(json)).toThrow(message));
});
