/** What is taken of the tools that an MCP server offers, and what a model calls them. */
import { MAX_SCHEMA_BYTES } from "@/lib/tools/arguments";
import { isObject } from "@/lib/tools/json";
import type { OfferedTool } from "@/lib/tools/schema";

export const MAX_OFFERED = 128;
const MAX_OFFERED_BYTES = 262_144;
const MAX_DESCRIPTION = 4_096;
/** As long as OpenAI's protocol takes. */
const MAX_NAME = 64;

/** The tools of a list that can be stored and told to a model: the first ones, each and all together of a bounded size. */
export function chooseOffered(found: readonly unknown[]): OfferedTool[] {
  const chosen: OfferedTool[] = [];
  let bytes = 0;
  for (const tool of found) {
    if (!isObject(tool) || typeof tool.name !== "string" || tool.name.length > 200 || !isObject(tool.inputSchema)) continue;
    const one = { name: tool.name, description: (typeof tool.description === "string" ? tool.description : "").slice(0, MAX_DESCRIPTION), input_schema: { ...tool.inputSchema, type: "object" } };
    const text = JSON.stringify(one);
    // PostgreSQL keeps neither NUL nor half of a surrogate pair in JSON.
    if (/\\u(0000|d[89a-f])/i.test(text) || JSON.stringify(one.input_schema).length > MAX_SCHEMA_BYTES) continue;
    bytes += Buffer.byteLength(text);
    if (chosen.length === MAX_OFFERED || bytes > MAX_OFFERED_BYTES) break;
    if (!chosen.some(({ name }) => name === one.name)) chosen.push(one);
  }
  return chosen;
}

/** What a model calls a server's tools: `<server>__<tool>` in the letters that models' protocols take. @returns the server's names by them */
export function nameOffered(server: string, offered: readonly OfferedTool[]): Map<string, OfferedTool> {
  const named = new Map<string, OfferedTool>();
  for (const tool of offered) {
    const plain = `${server}__${tool.name.replace(/[^a-zA-Z0-9_-]/g, "_")}`.slice(0, MAX_NAME);
    let name = plain;
    for (let again = 2; named.has(name); again++) name = `${plain.slice(0, MAX_NAME - 4)}_${again}`;
    named.set(name, tool);
  }
  return named;
}
