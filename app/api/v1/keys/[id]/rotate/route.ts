import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createdKeySchema, rotateKeySchema, SECRET_GONE } from "@/lib/keys/schema";
import { rotateKey } from "@/lib/keys/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: defineRoute({
    name: "/v1/keys/{id}/rotate", operation: "rotateKey", summary: "Gives an API key a successor, and lets the old secret live for a while",
    permission: "keys:write", params: z.object({ id: z.string() }), body: rotateKeySchema, response: createdKeySchema,
    example: { grace_minutes: 60 },
    forReplay: (answer) => ({ ...answer, ...SECRET_GONE }),
  }, (context) => rotateKey(actorOf(context), context.principal.allows, context.params.id, context.body.grace_minutes)),
});
