import { pageQuerySchema } from "@/lib/core/pagination";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createModelKeySchema, modelKeyDtoSchema, modelKeyListSchema } from "@/lib/models/schema";
import { createModelKey, listModelKeys } from "@/lib/models/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/model_keys", operation: "listModelKeys", summary: "Lists the workspace's own model keys and the models they unlock, newest first",
    permission: "agents:read", query: pageQuerySchema, response: modelKeyListSchema,
  }, ({ principal, query }) => listModelKeys(principal.tenant.id, query)),
  POST: defineRoute({
    name: "/v1/model_keys", operation: "createModelKey", summary: "Adds a key of an OpenAI-compatible endpoint; without models, the endpoint is asked for them",
    permission: "agents:write", body: createModelKeySchema, response: modelKeyDtoSchema, status: 201,
    example: { label: "openai", base_url: "https://api.openai.com/v1", key: "sk-your-key" },
  }, (context) => createModelKey(actorOf(context), context.body)),
});
