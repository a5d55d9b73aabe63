import { agentConfigSchema, type AgentConfig } from "@/lib/agents/schema";

/** A way to begin an agent. */
export type AgentTemplate = {
  id: string;
  name: string;
  /** What it is for, in a few words. */
  purpose: string;
  /** What the model that comes with the product makes of it, and what not. */
  builtIn: string;
  /** Everything but the model, which is whoever begins it to choose. */
  config: Omit<AgentConfig, "model">;
};

function template(id: string, name: string, words: { purpose: string; builtIn: string }, config: Partial<AgentTemplate["config"]>): AgentTemplate {
  const complete = agentConfigSchema.omit({ model: true }).parse({ instructions: "any", ...config });
  return { id, name, ...words, config: { ...complete, instructions: config.instructions ?? "" } };
}

export const AGENT_TEMPLATES: readonly AgentTemplate[] = [
  template("summarise", "Summarise", {
    purpose: "A long text in a few sentences.",
    builtIn: "Works. The built-in model picks the text’s own most important sentences, word for word, as many as the instructions say. It follows nothing else in them.",
  }, { instructions: "Summarise the text in at most five sentences. Keep names, numbers and dates as they are. Add nothing that the text does not say.", max_steps: 1 }),
  template("extract", "Extract to JSON", {
    purpose: "Fields of a document as JSON that fits a schema.",
    builtIn: "Does not work. The built-in model answers in sentences of the text and writes no JSON, so runs end as failed. Choose another model for this.",
  }, {
    instructions: "Read the invoice and answer with its fields as JSON. Use null for what the text does not say. Write dates as YYYY-MM-DD and amounts as numbers without the currency.",
    output_schema: {
      type: "object",
      properties: {
        supplier: { type: ["string", "null"] }, invoice_number: { type: ["string", "null"] }, due_date: { type: ["string", "null"], description: "YYYY-MM-DD" },
        total: { type: ["number", "null"] }, currency: { type: ["string", "null"], description: "ISO 4217, such as EUR" },
      },
      required: ["supplier", "invoice_number", "due_date", "total", "currency"], additionalProperties: false,
    },
    temperature: 0,
  }),
  template("triage", "Triage a ticket", {
    purpose: "A category, a priority and a reason for a customer’s message.",
    builtIn: "In part. The built-in model answers with the sentence that says most of what the ticket is about. It chooses no category and no priority.",
  }, {
    instructions: "Read the customer’s message and answer with three lines.\nCategory: billing, bug, how-to or other.\nPriority: high when something is down or money is lost, else normal or low.\nReason: one sentence.",
    temperature: 0, max_steps: 1,
  }),
  template("research", "Research with tools", {
    purpose: "Looks things up with the tools you give it, then answers.",
    builtIn: "In part. The built-in model calls a tool that the input names, or that needs a URL which the input holds, and reports what came back. It plans no steps of its own.",
  }, {
    instructions: "Answer the question from what the tools return. Call a tool when you need a fact. Say where each fact comes from, and say so when the tools do not have the answer.",
    temperature: 0.2, max_steps: 24, max_minutes: 5,
  }),
  template("blank", "Blank", { purpose: "Nothing filled in.", builtIn: "The built-in model summarises by sentences of the text, and calls tools that the input names." }, {}),
];

/** The template with this id; else the blank one, with which every agent can begin. */
export function findTemplate(id: string | undefined): AgentTemplate {
  const [first] = AGENT_TEMPLATES;
  const found = AGENT_TEMPLATES.find((one) => one.id === id) ?? AGENT_TEMPLATES.find((one) => one.id === "blank") ?? first;
  if (!found) throw new Error("there is no template");
  return found;
}
