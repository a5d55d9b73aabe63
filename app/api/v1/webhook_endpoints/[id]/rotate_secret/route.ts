import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createdEndpointSchema, SECRET_GONE } from "@/lib/webhooks/schema";
import { rotateEndpointSecret } from "@/lib/webhooks/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: defineRoute({
    name: "/v1/webhook_endpoints/{id}/rotate_secret", operation: "rotateWebhookSecret", summary: "Gives a webhook endpoint a new secret; the old one signs along for a day",
    permission: "webhooks:write", params: z.object({ id: z.string() }), response: createdEndpointSchema,
    forReplay: (answer) => ({ ...answer, ...SECRET_GONE }),
  }, (context) => rotateEndpointSecret(actorOf(context), context.params.id)),
});
