/** Holding an answer to the JSON Schema that its agent asks for. Pure. */
import { valueProblem } from "@/lib/tools/arguments";

/** What is wrong with an answer, in words for a model and for a person; null: it fits, or nothing was asked of it. */
export function findOutputFault(schema: Record<string, unknown> | undefined, answer: string): string | null {
  if (schema === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    // A model that was asked for JSON and wrote something else is what this looks for.
    return "it is not JSON.";
  }
  return valueProblem(schema, value, "the whole");
}

/** Asks for an answer in a schema where the endpoint cannot be held to one. */
export function inWords(schema: Record<string, unknown>): string {
  return `Answer with one JSON object that fits this JSON Schema, and nothing else:\n${JSON.stringify(schema)}`;
}

/** Asks a model to mend its answer. */
export function repairMessage(fault: string): string {
  return `That answer does not fit the JSON Schema: ${fault} Answer again with one JSON object that fits it, and nothing else.`;
}
