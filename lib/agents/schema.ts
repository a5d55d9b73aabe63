import { z } from "zod";
import { listSchema } from "@/lib/core/pagination";

/** A name in addresses and in the API: lower-case words joined by hyphens. */
export const slugSchema = z.string().min(2, "Use at least 2 characters.").max(48, "Use at most 48 characters.")
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "Use lower-case letters, digits and single hyphens.");

export const MAX_INSTRUCTIONS = 32_768;

export const createAgentSchema = z.strictObject({
  name: z.string().trim().min(1, "Give the agent a name.").max(80, "Use at most 80 characters."),
  slug: slugSchema,
  model: z.string().min(1, "Choose a model.").max(200),
  instructions: z.string().trim().min(1, "Say what the agent should do.").max(MAX_INSTRUCTIONS, "Use at most 32,768 characters."),
});
export type CreateAgent = z.output<typeof createAgentSchema>;

export const agentDtoSchema = z.object({
  id: z.string(), object: z.literal("agent"), slug: z.string(), name: z.string(), model: z.string(), instructions: z.string(), created_at: z.string(),
});
export type AgentDto = z.output<typeof agentDtoSchema>;
export const agentListSchema = listSchema(agentDtoSchema);
