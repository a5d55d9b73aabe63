import { expect, test } from "vitest";
import { parseBuiltInPlan } from "@/lib/core/built-in-plan";

test("the operator's words become the database's units; what is left out is left out", () => {
  expect(parseBuiltInPlan('{"minutes": 5000, "api_calls": 1000000, "model_spend_usd": 20, "requests_per_minute": 600, "agents": null, "members": null, "concurrent_runs": 10, "queue_depth": 1000, "longest_run_minutes": 60}')).toEqual({
    limits: { minutesMs: 300_000_000, apiCalls: 1_000_000, modelSpendMicros: 20_000_000, requestsPerMinute: 600, agents: null, members: null, concurrentRuns: 10, queueDepth: 1_000, longestRunMs: 3_600_000 },
  });
  expect(parseBuiltInPlan("{}")).toEqual({ limits: {} });
  expect(parseBuiltInPlan('{"model_spend_usd": 0.25, "minutes": 0, "longest_run_minutes": 0.000001}')).toEqual({ limits: { minutesMs: 0, modelSpendMicros: 250_000, longestRunMs: 1 } });
});

test.each([
  ["5000", "Use a JSON object"],
  ["[]", "Use a JSON object"],
  ["null", "Use a JSON object"],
  ["{minutes: 1}", "not valid JSON"],
  ['{"minutes": "5000"}', "minutes: Use a number."],
  ['{"minutes": null}', "minutes: Use a number."],
  ['{"minutes": -1}', "minutes: Use 0 or more."],
  ['{"api_calls": 1.5}', "api_calls: Use a whole number."],
  ['{"members": 0}', "members: Use 1 or more."],
  ['{"requests_per_minute": 0}', "requests_per_minute: Use 1 or more."],
  ['{"longest_run_minutes": 0}', "longest_run_minutes: Use more than 0."],
  ['{"concurrent_runs": 10000000000}', "concurrent_runs: Use at most 1,000,000,000."],
  ['{"minute": 5}', "minute: there is no such limit; there are minutes, api_calls"],
])("%s is refused, and the field is named", (text, said) => {
  const result = parseBuiltInPlan(text);
  expect("problem" in result ? result.problem : "").toContain(said);
});
