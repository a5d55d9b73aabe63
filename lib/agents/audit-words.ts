import { createHash } from "node:crypto";
import type { Prisma } from "@/prisma/generated/client";
import { CONFIG_FIELDS, type AgentConfig, type ConfigField } from "@/lib/agents/schema";

/** What the audit log says of a configuration, or of some of its fields. Instructions and output schemas are the customer's work: of them it keeps a hash. */
export function describeConfig(config: AgentConfig, only: readonly ConfigField[] = CONFIG_FIELDS): Prisma.InputJsonObject {
  const { instructions, output_schema, ...rest } = config;
  const words: Record<ConfigField, Prisma.InputJsonValue | null> = {
    ...rest, instructions: hashOf(instructions), output_schema: output_schema && hashOf(JSON.stringify(output_schema)),
  };
  return Object.fromEntries(only.map((field) => [field, words[field]]));
}

function hashOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
