import { z } from "zod";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { runDtoSchema } from "@/lib/runs/schema";
import { requireRun } from "@/lib/runs/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({ name: "/v1/runs/{id}", permission: "runs:read", params: z.object({ id: z.string() }), response: runDtoSchema }, ({ principal, params }) =>
    requireRun(principal.tenant.id, params.id),
  ),
});
