import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { keyDtoSchema, updateKeySchema } from "@/lib/keys/schema";
import { requireKey, revokeKey, updateKey } from "@/lib/keys/service";

const params = z.object({ id: z.string() });

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/keys/{id}", operation: "getKey", summary: "Gets an API key, without its secret",
    permission: "keys:read", params, response: keyDtoSchema,
  }, ({ principal, params: { id } }) => requireKey(principal.tenant.id, id)),
  PATCH: defineRoute({
    name: "/v1/keys/{id}", operation: "updateKey", summary: "Changes an API key's name, scopes, limits or end",
    permission: "keys:write", params, body: updateKeySchema, response: keyDtoSchema,
    example: { name: "Weekly reports" },
  }, (context) => updateKey(actorOf(context), context.principal.allows, context.params.id, context.body)),
  DELETE: defineRoute({
    name: "/v1/keys/{id}", operation: "revokeKey", summary: "Revokes an API key; the runs it started go on",
    permission: "keys:write", params, response: keyDtoSchema,
  }, (context) => revokeKey(actorOf(context), context.params.id)),
});
