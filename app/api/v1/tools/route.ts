import { pageQuerySchema } from "@/lib/core/pagination";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createToolSchema, toolDtoSchema, toolListSchema } from "@/lib/tools/schema";
import { createTool, listTools } from "@/lib/tools/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({ name: "/v1/tools", permission: "tools:read", query: pageQuerySchema, response: toolListSchema }, ({ principal, query }) => listTools(principal.tenant.id, query)),
  POST: defineRoute({ name: "/v1/tools", permission: "tools:write", body: createToolSchema, response: toolDtoSchema, status: 201 }, (context) => createTool(actorOf(context), context.body)),
});
