import { chatModelListSchema } from "@/lib/chat/schema";
import { listChatModels } from "@/lib/chat/service";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/models", operation: "listModels", summary: "Lists the workspace's agents as OpenAI's models",
    permission: "agents:read", response: chatModelListSchema,
  }, ({ principal }) => listChatModels(principal.tenant)),
});
