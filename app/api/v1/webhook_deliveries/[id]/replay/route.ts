import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { replayDelivery } from "@/lib/webhooks/deliveries/service";
import { deliveryDtoSchema } from "@/lib/webhooks/schema";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: defineRoute({
    name: "/v1/webhook_deliveries/{id}/replay", operation: "replayWebhookDelivery", summary: "Sends a delivery once more",
    permission: "webhooks:write", params: z.object({ id: z.string() }), response: deliveryDtoSchema,
  }, (context) => replayDelivery(actorOf(context), context.params.id)),
});
