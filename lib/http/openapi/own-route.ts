import { z } from "zod";
import type { RouteDescription } from "@/lib/http/route-description";

/** What the document says of the route that answers with it. */
export const OWN_ROUTE: RouteDescription = {
  name: "/v1/openapi.json", operation: "getOpenApiDocument", summary: "Gets this document: every route of the API in OpenAPI 3.1",
  permission: null, isPublic: true, counted: false, response: z.record(z.string(), z.unknown()), alsoAnswers: { 304: [] },
};
