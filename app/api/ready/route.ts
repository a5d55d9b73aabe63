import { getReadiness } from "@/lib/platform/readiness";

export const dynamic = "force-dynamic";

/** Can this process serve: 200 when it can, also with less (`degraded`); 503 when it cannot. */
export async function GET(): Promise<Response> {
  const readiness = await getReadiness();
  const down = readiness.status === "down";
  return Response.json(readiness, { status: down ? 503 : 200, headers: { "Cache-Control": "no-store", ...(down ? { "Retry-After": "2" } : {}) } });
}
