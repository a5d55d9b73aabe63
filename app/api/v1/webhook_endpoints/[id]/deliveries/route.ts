import { z } from "zod";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listDeliveries } from "@/lib/webhooks/deliveries/service";
import { deliveryListQuerySchema, deliveryListSchema } from "@/lib/webhooks/schema";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/webhook_endpoints/{id}/deliveries", operation: "listWebhookDeliveries", summary: "Lists what was sent to a webhook endpoint, newest first",
    permission: "webhooks:read", params: z.object({ id: z.string() }), query: deliveryListQuerySchema, response: deliveryListSchema,
  }, ({ principal, params: { id }, query }) => listDeliveries(principal.tenant.id, id, query)),
});
