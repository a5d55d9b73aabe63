import { z } from "zod";
import { chatModelSchema } from "@/lib/chat/schema";
import { requireChatModel } from "@/lib/chat/service";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/models/{id}", operation: "getModel", summary: "Gets an agent as one of OpenAI's models",
    permission: "agents:read", params: z.object({ id: z.string() }), response: chatModelSchema,
  }, ({ principal, params }) => requireChatModel(principal.tenant, params.id)),
});
