import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { testToolSchema, toolTestSchema } from "@/lib/tools/schema";
import { testTool } from "@/lib/tools/test-tool";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: defineRoute({
    name: "/v1/tools/{id}/test", operation: "testTool", summary: "Calls a tool once and shows what it answers",
    permission: "tools:write", params: z.object({ id: z.string() }), body: testToolSchema, response: toolTestSchema,
    example: { arguments: { city: "Oslo" } },
  }, (context) => testTool(actorOf(context), context.params.id, context.body)),
});
