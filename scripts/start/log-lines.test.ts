import { expect, test } from "vitest";
import { readWarning } from "./log-lines";

test.each([
  ["a warning with a number", '{"level":40,"msg":"slow"}', "slow"],
  ["an error with a word", '{"level":"error","msg":"broken"}', "broken"],
  ["an error without a message", '{"level":50}', "see the log"],
  ["information", '{"level":"info","msg":"started"}', null],
  ["a brace that begins no JSON", "{not json", null],
  ["plain text", "Ready in 200 ms", null],
])("%s", (_name, line, expected) => {
  expect(readWarning(line)).toBe(expected);
});
