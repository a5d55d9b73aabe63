import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { sendTestEvent } from "@/lib/webhooks/deliveries/service";
import { deliveryDtoSchema } from "@/lib/webhooks/schema";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: defineRoute({
    name: "/v1/webhook_endpoints/{id}/test", operation: "testWebhookEndpoint", summary: "Sends a test event to a webhook endpoint",
    permission: "webhooks:write", params: z.object({ id: z.string() }), response: deliveryDtoSchema, status: 201,
  }, (context) => sendTestEvent(actorOf(context), context.params.id)),
});
