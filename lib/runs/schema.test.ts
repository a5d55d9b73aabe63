import { describe, expect, test } from "vitest";
import { createRunSchema, MAX_INPUT_BYTES, RUN_STATUSES, isEnded } from "@/lib/runs/schema";
import { endsStream } from "@/lib/runs/live";

const run = { agent: "summarise", input: "A text." };
const paramOf = (value: unknown): string | undefined => createRunSchema.safeParse(value).error?.issues[0]?.path.join(".");

describe("a run's fields", () => {
  test("have defaults", () => expect(createRunSchema.parse(run)).toEqual({ ...run, stream: false, wait: false }));

  test("the input is counted in bytes, to the last one", () => {
    expect(createRunSchema.safeParse({ ...run, input: "a".repeat(MAX_INPUT_BYTES) }).success).toBe(true);
    expect(paramOf({ ...run, input: "a".repeat(MAX_INPUT_BYTES + 1) })).toBe("input");
    expect(paramOf({ ...run, input: "é".repeat(MAX_INPUT_BYTES / 2 + 1) })).toBe("input");
  });

  test.each([
    ["no input", { agent: "a1" }, "input"], ["an empty one", { ...run, input: "" }, "input"], ["a blank one", { ...run, input: " \n\t " }, "input"],
    ["one that is no text", { ...run, input: 5 }, "input"],
    ["no agent", { input: "x" }, "agent"], ["both ways to wait", { ...run, wait: true, stream: true }, "wait"],
    ["no time", { ...run, max_minutes: 0 }, "max_minutes"], ["too much metadata", { ...run, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, "v"])) }, "metadata"],
    ["metadata that is no text", { ...run, metadata: { a: 1 } }, "metadata.a"],
  ])("%s is refused", (_what, value, param) => expect(paramOf(value)).toBe(param));
});

test("a stream ends with exactly the statuses that are final", () => {
  for (const status of RUN_STATUSES) expect(endsStream(`run.${status}`), status).toBe(isEnded(status));
  expect(endsStream("run.started")).toBe(false);
  expect(endsStream("output.delta")).toBe(false);
});
