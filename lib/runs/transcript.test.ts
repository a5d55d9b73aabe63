import { describe, expect, test } from "vitest";
import { messagesOf, seqAfter, seqOfCall, toTurns, type StoredStep } from "@/lib/runs/transcript";

const call = (id: string, name: string) => ({ id, name, arguments: `{"of":"${id}"}` });
const model = (seq: number, output: string, calls = [] as ReturnType<typeof call>[]): StoredStep =>
  ({ seq, kind: "model", name: "m", output, finishReason: calls.length > 0 ? "tool-calls" : "stop", detail: { tool_calls: calls } });
const tool = (seq: number, id: string, output: string, ok = true): StoredStep => ({ seq, kind: "tool", name: "t", output, finishReason: null, detail: { call_id: id, arguments: "{}", ok } });

describe("the conversation of a run", () => {
  const steps = [model(1, "", [call("a", "look"), call("b", "look")]), tool(2, "a", "first"), tool(3, "b", "second", false), model(4, "Done.")];

  test("is what was said, in its order", () => {
    expect(toTurns(steps).flatMap(messagesOf)).toEqual([
      { role: "assistant", content: "", tool_calls: [call("a", "look"), call("b", "look")] },
      { role: "tool", tool_call_id: "a", content: "first" },
      { role: "tool", tool_call_id: "b", content: "second" },
      { role: "assistant", content: "Done.", tool_calls: [] },
    ]);
  });

  test("knows which calls are not answered yet, whichever came first", () => {
    const [turn] = toTurns([steps[0], steps[2]].filter((step) => step !== undefined));
    expect(turn && [...turn.results.keys()]).toEqual([1]);
  });

  test("gives every call and every turn the place that it has when it is stored", () => {
    const [first] = toTurns(steps);
    expect(first && [seqOfCall(first, 0), seqOfCall(first, 1), seqAfter(first)]).toEqual([2, 3, 4]);
  });

  test("reads a step whose contents were deleted as one that asked for nothing", () => {
    expect(toTurns([{ ...model(1, ""), detail: null }])).toMatchObject([{ seq: 1, calls: [] }]);
  });
});
