import { pageQuerySchema } from "@/lib/core/pagination";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createdKeySchema, createKeySchema, keyListSchema, SECRET_GONE } from "@/lib/keys/schema";
import { createKey, listKeys } from "@/lib/keys/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/keys", operation: "listKeys", summary: "Lists the workspace's API keys, without their secrets",
    permission: "keys:read", query: pageQuerySchema, response: keyListSchema,
  }, ({ principal, query }) => listKeys(principal.tenant.id, query)),
  POST: defineRoute({
    name: "/v1/keys", operation: "createKey", summary: "Creates an API key; the answer is the only one with its secret",
    permission: "keys:write", body: createKeySchema, response: createdKeySchema, status: 201,
    example: { name: "Nightly reports", scopes: ["runs:read", "runs:write"] },
    forReplay: (answer) => ({ ...answer, ...SECRET_GONE }),
  }, (context) => createKey(actorOf(context), context.principal.allows, context.body)),
});
