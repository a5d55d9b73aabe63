import { pageQuerySchema } from "@/lib/core/pagination";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createdEndpointSchema, createEndpointSchema, endpointListSchema, SECRET_GONE } from "@/lib/webhooks/schema";
import { createEndpoint, listEndpoints } from "@/lib/webhooks/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/webhook_endpoints", operation: "listWebhookEndpoints", summary: "Lists the workspace's webhook endpoints, newest first",
    permission: "webhooks:read", query: pageQuerySchema, response: endpointListSchema,
  }, ({ principal, query }) => listEndpoints(principal.tenant.id, query)),
  POST: defineRoute({
    name: "/v1/webhook_endpoints", operation: "createWebhookEndpoint", summary: "Creates a webhook endpoint; the answer is the only one with its secret",
    permission: "webhooks:write", body: createEndpointSchema, response: createdEndpointSchema, status: 201,
    example: { url: "https://example.com/webhooks", event_types: ["run.succeeded", "run.failed"] },
    forReplay: (answer) => ({ ...answer, ...SECRET_GONE }),
  }, (context) => createEndpoint(actorOf(context), context.body)),
});
