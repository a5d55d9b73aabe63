import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { deletedModelKeySchema, modelKeyDtoSchema, updateModelKeySchema } from "@/lib/models/schema";
import { deleteModelKey, requireModelKey, updateModelKey } from "@/lib/models/service";

const params = z.object({ id: z.string() });

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/model_keys/{id}", operation: "getModelKey", summary: "Gets a model key; the key itself is never told",
    permission: "agents:read", params, response: modelKeyDtoSchema,
  }, ({ principal, params: { id } }) => requireModelKey(principal.tenant.id, id)),
  PATCH: defineRoute({
    name: "/v1/model_keys/{id}", operation: "updateModelKey", summary: "Changes a model key: its key, its address together with the key, or its models",
    permission: "agents:write", params, body: updateModelKeySchema, response: modelKeyDtoSchema,
    example: { models: [{ id: "gpt-4.1-mini", context_tokens: 1_000_000, max_output_tokens: 32_000, structured_output: true }] },
  }, (context) => updateModelKey(actorOf(context), context.params.id, context.body)),
  DELETE: defineRoute({
    name: "/v1/model_keys/{id}", operation: "deleteModelKey", summary: "Deletes a model key, unless an agent uses one of its models",
    permission: "agents:write", params, response: deletedModelKeySchema,
  }, (context) => deleteModelKey(actorOf(context), context.params.id)),
});
