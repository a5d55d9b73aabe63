import { pageQuerySchema } from "@/lib/core/pagination";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createToolSchema, toolDtoSchema, toolListSchema } from "@/lib/tools/schema";
import { createTool, listTools } from "@/lib/tools/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/tools", operation: "listTools", summary: "Lists the workspace's tools, newest first",
    permission: "tools:read", query: pageQuerySchema, response: toolListSchema,
  }, ({ principal, query }) => listTools(principal.tenant.id, query)),
  POST: defineRoute({
    name: "/v1/tools", operation: "createTool", summary: "Creates a tool: an HTTP endpoint or an MCP server that agents may call",
    permission: "tools:write", body: createToolSchema, response: toolDtoSchema, status: 201,
    example: { kind: "http", name: "get_weather", description: "The weather of a city.", url: "https://api.example.com/weather/{city}" },
  }, (context) => createTool(actorOf(context), context.body)),
});
