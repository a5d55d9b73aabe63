import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { meSchema, toMeDto } from "@/lib/limits/me";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/me", operation: "getMe", summary: "Gets the caller's workspace, scopes, limits and usage",
    permission: null, counted: false, response: meSchema,
  }, async ({ principal }) => toMeDto(principal)),
});
