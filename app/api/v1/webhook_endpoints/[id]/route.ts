import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { deletedEndpointSchema, endpointDtoSchema, updateEndpointSchema } from "@/lib/webhooks/schema";
import { deleteEndpoint, requireEndpoint, updateEndpoint } from "@/lib/webhooks/service";

const params = z.object({ id: z.string() });

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/webhook_endpoints/{id}", operation: "getWebhookEndpoint", summary: "Gets a webhook endpoint, without its secret",
    permission: "webhooks:read", params, response: endpointDtoSchema,
  }, ({ principal, params: { id } }) => requireEndpoint(principal.tenant.id, id)),
  PATCH: defineRoute({
    name: "/v1/webhook_endpoints/{id}", operation: "updateWebhookEndpoint", summary: "Changes a webhook endpoint, or turns it off and on",
    permission: "webhooks:write", params, body: updateEndpointSchema, response: endpointDtoSchema,
    example: { enabled: true },
  }, (context) => updateEndpoint(actorOf(context), context.params.id, context.body)),
  DELETE: defineRoute({
    name: "/v1/webhook_endpoints/{id}", operation: "deleteWebhookEndpoint", summary: "Deletes a webhook endpoint with its deliveries",
    permission: "webhooks:write", params, response: deletedEndpointSchema,
  }, (context) => deleteEndpoint(actorOf(context), context.params.id)),
});
