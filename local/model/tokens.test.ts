import { expect, it } from "vitest";
import { countPromptTokens, countTokens, takeTokens } from "./tokens";

it.each([
  ["", 0],
  ["the cat sat", 3],
  ["summariser", 2],
  ["123456", 2],
  ["Hello, world!", 4],
  ["猫です", 3],
  ["a\n\nb", 3],
])("counts %j as %i", (text, tokens) => {
  expect(countTokens(text)).toBe(tokens);
});

it("takes a beginning of exactly so many tokens", () => {
  expect(takeTokens("one two three four", 2)).toEqual({ text: "one two", cut: true });
  expect(takeTokens("one two", 2)).toEqual({ text: "one two", cut: false });
});

it("counts messages' borders and the tools' definitions", () => {
  expect(countPromptTokens(["hi"], [])).toBe(8);
  expect(countPromptTokens(["hi"], [{ name: "look_up" }])).toBeGreaterThan(8);
});
