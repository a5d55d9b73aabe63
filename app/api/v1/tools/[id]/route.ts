import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { toolDtoSchema, updateToolSchema } from "@/lib/tools/schema";
import { archiveTool, requireTool, updateTool } from "@/lib/tools/service";

const params = z.object({ id: z.string() });

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/tools/{id}", operation: "getTool", summary: "Gets a tool; values of its headers are never told",
    permission: "tools:read", params, response: toolDtoSchema,
  }, ({ principal, params: { id } }) => requireTool(principal.tenant.id, id)),
  PATCH: defineRoute({
    name: "/v1/tools/{id}", operation: "updateTool", summary: "Changes a tool",
    permission: "tools:write", params, body: updateToolSchema, response: toolDtoSchema,
    example: { description: "The weather of a city, today." },
  }, (context) => updateTool(actorOf(context), context.params.id, context.body)),
  DELETE: defineRoute({
    name: "/v1/tools/{id}", operation: "archiveTool", summary: "Archives a tool; agents can no longer call it",
    permission: "tools:write", params, response: toolDtoSchema,
  }, (context) => archiveTool(actorOf(context), context.params.id)),
});
