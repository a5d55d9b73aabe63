import { describe, expect, test } from "vitest";
import { agentConfigSchema, createAgentSchema, MAX_DELEGATES, MAX_TOOLS, updateAgentSchema } from "@/lib/agents/schema";
import { newId } from "@/lib/core/ids";

const least = { model: "stint-extract-1", instructions: "Summarise the text." };
const id = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(26, "0")}`;
const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, n) => id(prefix, n));

describe("an agent's configuration", () => {
  test("needs a model and instructions; the rest has defaults", () => {
    expect(agentConfigSchema.parse(least)).toEqual({
      ...least, tools: [], delegates: [], output_schema: null, temperature: null, max_steps: 16, max_minutes: null, max_spend_micros: null, retries: 2,
    });
    for (const field of ["model", "instructions"] as const) expect(agentConfigSchema.safeParse({ ...least, [field]: undefined }).success, field).toBe(false);
  });

  test.each<[string, Record<string, unknown>]>([
    ["tools", { tools: ids("tol", MAX_TOOLS) }], ["delegates", { delegates: ids("agt", MAX_DELEGATES) }], ["temperature", { temperature: 0 }], ["temperature", { temperature: 2 }],
    ["max_steps", { max_steps: 1 }], ["max_steps", { max_steps: 100 }], ["max_minutes", { max_minutes: 0.5 }], ["max_spend_micros", { max_spend_micros: 1 }], ["retries", { retries: 0 }], ["retries", { retries: 5 }],
    ["output_schema", { output_schema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } }], ["output_schema", { output_schema: null }],
  ])("%s may be %j", (field, given) => {
    expect(agentConfigSchema.parse({ ...least, ...given })).toMatchObject({ [field]: given[field] });
  });

  test.each<[string, Record<string, unknown>]>([
    ["tools", { tools: ids("tol", MAX_TOOLS + 1) }], ["tools", { tools: ["search"] }], ["tools", { tools: ids("agt", 1) }], ["delegates", { delegates: ids("agt", MAX_DELEGATES + 1) }],
    ["delegates", { delegates: ["summarise"] }], ["temperature", { temperature: 2.1 }], ["temperature", { temperature: -0.1 }], ["temperature", { temperature: "1" }], ["max_steps", { max_steps: 0 }],
    ["max_steps", { max_steps: 101 }], ["max_steps", { max_steps: 1.5 }], ["max_minutes", { max_minutes: 0 }], ["max_minutes", { max_minutes: 1_441 }], ["max_spend_micros", { max_spend_micros: 0.5 }],
    ["max_spend_micros", { max_spend_micros: 0 }], ["retries", { retries: 6 }], ["retries", { retries: -1 }], ["output_schema", { output_schema: { type: "array" } }], ["output_schema", { output_schema: {} }],
    ["output_schema", { output_schema: [] }], ["output_schema", { output_schema: "object" }], ["output_schema", { output_schema: { type: "object", properties: [] } }],
    ["output_schema", { output_schema: { type: "object", required: "a" } }], ["output_schema", { output_schema: { type: "object", description: "ü".repeat(8_200) } }],
    ["instructions", { instructions: "   " }], ["instructions", { instructions: "x".repeat(32_769) }], ["model", { model: "" }],
  ])("%s may not be %j", (field, given) => {
    const result = agentConfigSchema.safeParse({ ...least, ...given });
    expect(result.error?.issues[0]?.path[0]).toBe(field);
  });

  test("names each tool and delegate once, and knows no other field", () => {
    const agent = newId("agt");
    expect(agentConfigSchema.parse({ ...least, delegates: [agent, agent] }).delegates).toEqual([agent]);
    expect(agentConfigSchema.safeParse({ ...least, top_p: 1 }).success).toBe(false);
  });
});

describe("what a program sends", () => {
  test("a change has no defaults: what is left out stays", () => {
    expect(updateAgentSchema.parse({})).toEqual({});
    expect(updateAgentSchema.parse({ version: 3, temperature: null })).toEqual({ version: 3, temperature: null });
    expect(updateAgentSchema.safeParse({ slug: "other" }).success).toBe(false);
    expect(updateAgentSchema.safeParse({ version: 0 }).success).toBe(false);
  });

  test("a new agent has a slug that its page can have", () => {
    expect(createAgentSchema.safeParse({ ...least, name: "New", slug: "new" }).error?.issues[0]?.path).toEqual(["slug"]);
    expect(createAgentSchema.safeParse({ ...least, name: "New", slug: "newer" }).success).toBe(true);
    expect(createAgentSchema.safeParse({ ...least, name: "A", slug: "ab", created_at: "2026" }).success).toBe(false);
  });
});
