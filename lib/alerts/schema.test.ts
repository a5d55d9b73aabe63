import { describe, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { ruleFormSchema } from "@/lib/alerts/schema";

const key = newId("key");
const faultOf = (subject: string, percent: string) => ruleFormSchema.safeParse({ subject, percent }).error?.issues[0]?.path[0] ?? null;

describe("a threshold of one's own", () => {
  test.each([["agent_ms", "1"], ["agent_ms", "50 %"], ["model_micros", "199"], ["api_calls", "99"], [key, "95%"]])("of %s at %s is fine", (subject, percent) => expect(faultOf(subject, percent)).toBeNull());
  test.each(["80", "100", "200", "0", "", "-1", "50.5", "1e1", "1000", "half"])("at %j is none", (percent) => expect(faultOf("agent_ms", percent)).toBe("percent"));
  test.each([["api_calls", "101"], [key, "150"]])("of %s goes no further than the cap: %s", (subject, percent) => expect(faultOf(subject, percent)).toBe("percent"));
  test.each(["", "cost_micros", "key_1", "agt_01", `${key} `])("of %j there is nothing to measure", (subject) => expect(faultOf(subject, "50")).toBe("subject"));

  test("is told apart by meter and key", () => {
    expect(ruleFormSchema.parse({ subject: key, percent: "50" })).toEqual({ subject: { meter: "agent_ms", keyId: key }, percent: 50 });
    expect(ruleFormSchema.parse({ subject: "api_calls", percent: "50" })).toEqual({ subject: { meter: "api_calls", keyId: null }, percent: 50 });
  });
});
