import { expect, test } from "vitest";
import { splitAt, stopReason } from "@/lib/billing/room/policy";

test("the first ones stay, in their order, and the others become read-only", () => {
  expect(splitAt(["a", "b", "c", "d"], 2)).toEqual({ limit: 2, keep: ["a", "b"], readOnly: ["c", "d"] });
  expect(splitAt(["a"], 2)).toEqual({ limit: 2, keep: ["a"], readOnly: [] });
  expect(splitAt(["a", "b"], 0)).toEqual({ limit: 0, keep: [], readOnly: ["a", "b"] });
});

test("without a limit all stay", () => {
  expect(splitAt(["a", "b", "c"], null)).toEqual({ limit: null, keep: ["a", "b", "c"], readOnly: [] });
});

test("a schedule stops with its agent, or with who made it", () => {
  const readOnly = { agents: new Set(["agt_2"]), members: new Set(["usr_2"]) };
  expect(stopReason({ agentId: "agt_2", createdBy: "usr_1" }, readOnly)).toBe("agent");
  expect(stopReason({ agentId: "agt_1", createdBy: "usr_2" }, readOnly)).toBe("member");
  expect(stopReason({ agentId: "agt_1", createdBy: "usr_1" }, readOnly)).toBeNull();
});
