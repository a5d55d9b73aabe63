"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { createToolFormSchema, testToolFormSchema, updateToolFormSchema } from "@/lib/tools/form";
import { archiveTool, createTool, updateTool } from "@/lib/tools/service";
import { testTool } from "@/lib/tools/test-tool";

export const createToolAction = defineAction(
  { name: "create_tool", access: { kind: "tenant", permission: "tools:write" }, input: createToolFormSchema },
  async ({ actor, admission }, input) => {
    const tool = await createTool(actor, input);
    redirect(`/t/${admission.tenant.slug}/tools/${tool.id}`);
  },
);

export const updateToolAction = defineAction(
  { name: "update_tool", access: { kind: "tenant", permission: "tools:write" }, input: updateToolFormSchema },
  async ({ actor, admission }, { tool, change }) => {
    const { updated_at: savedAt } = await updateTool(actor, tool, change);
    revalidatePath(`/t/${admission.tenant.slug}/tools`, "layout");
    return { savedAt };
  },
);

export const testToolAction = defineAction(
  { name: "test_tool", access: { kind: "tenant", permission: "tools:write" }, input: testToolFormSchema },
  async ({ actor, admission }, { tool, offered, arguments: args }) => {
    const result = await testTool(actor, tool, { arguments: args, ...(offered === "" ? {} : { tool: offered }) });
    // An MCP server that was asked for its list has told another one, perhaps.
    if (offered === "") revalidatePath(`/t/${admission.tenant.slug}/tools/${tool}`);
    return result;
  },
);

export const archiveToolAction = defineAction(
  { name: "archive_tool", access: { kind: "tenant", permission: "tools:write" }, input: z.object({ tool: z.string().max(64) }) },
  async ({ actor, admission }, { tool }) => {
    await archiveTool(actor, tool);
    revalidatePath(`/t/${admission.tenant.slug}/tools`);
    return {};
  },
);
