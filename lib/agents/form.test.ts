import { describe, expect, test } from "vitest";
import { createAgentFormSchema, saveAgentFormSchema, toFormValues } from "@/lib/agents/form";
import { agentConfigSchema } from "@/lib/agents/schema";
import { AGENT_TEMPLATES, findTemplate } from "@/lib/agents/templates";

const least = { name: "Agent", slug: "agent", model: "m", instructions: "Do it." };
const config = agentConfigSchema.parse({
  model: "m", instructions: "Do it.", delegates: ["agt_00000000000000000000000001"], output_schema: { type: "object" }, temperature: 0.5, max_minutes: 2.5, max_spend_micros: 123_457, retries: 0, max_steps: 3,
});

describe("the form of an agent", () => {
  test("what it shows of an agent is what it saves", () => {
    const { agent, change } = saveAgentFormSchema.parse({ ...toFormValues("Agent", config), agent: "agt_1", version: "7" });
    expect({ agent, change }).toEqual({ agent: "agt_1", change: { ...config, name: "Agent", version: 7, note: null } });
  });

  test("what is left empty has its default", () => {
    expect(createAgentFormSchema.parse(least)).toEqual({ ...agentConfigSchema.parse({ model: "m", instructions: "Do it." }), name: "Agent", slug: "agent" });
    expect(createAgentFormSchema.parse({ ...least, max_steps: " ", retries: "", max_spend: "", output_schema: "  " })).toMatchObject({ max_steps: 16, retries: 2, max_spend_micros: null, output_schema: null });
  });

  test("money is typed in dollars and kept in whole micro-dollars", () => {
    expect(createAgentFormSchema.parse({ ...least, max_spend: "0.07" }).max_spend_micros).toBe(70_000);
  });

  test.each([
    ["temperature", "warm"], ["temperature", "3"], ["max_steps", "1.5"], ["max_minutes", "-1"], ["max_spend", "1,5"], ["max_spend", "0"], ["retries", "9"], ["output_schema", "{"], ["output_schema", "[]"],
    ["output_schema", '{"type": "array"}'], ["instructions", " "], ["slug", "No Slug"],
  ])("%s may not be %j, and is named", (field, text) => {
    expect(createAgentFormSchema.safeParse({ ...least, [field]: text }).error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });
});

describe("templates", () => {
  test.each(AGENT_TEMPLATES.map((one) => [one.id, one] as const))("%s makes an agent, once it says what to do", (_id, one) => {
    const values = toFormValues(one.name, { ...one.config, model: "m" });
    const made = createAgentFormSchema.parse({ ...values, slug: `my-${one.id}`, instructions: values.instructions || "Do it." });
    expect(made).toEqual({ ...one.config, model: "m", name: one.name, slug: `my-${one.id}`, instructions: one.config.instructions || "Do it." });
    expect(one.builtIn).toMatch(/built-in model/);
  });

  test("there is one of each name, and an unknown one is the blank one", () => {
    expect(new Set(AGENT_TEMPLATES.map(({ id }) => id)).size).toBe(AGENT_TEMPLATES.length);
    expect(findTemplate("triage").name).toBe("Triage a ticket");
    for (const id of ["nothing", undefined]) expect(findTemplate(id)).toMatchObject({ id: "blank", config: { instructions: "" } });
  });
});
