import { z } from "zod";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { requireDelivery } from "@/lib/webhooks/deliveries/service";
import { deliveryDtoSchema } from "@/lib/webhooks/schema";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/webhook_deliveries/{id}", operation: "getWebhookDelivery", summary: "Gets a delivery with the body that is sent and its attempts",
    permission: "webhooks:read", params: z.object({ id: z.string() }), response: deliveryDtoSchema,
  }, ({ principal, params: { id } }) => requireDelivery(principal.tenant.id, id)),
});
