export const dynamic = "force-dynamic";

/** The process is alive. Says nothing of what it depends on: see `/api/ready`. */
export function GET(): Response {
  return Response.json({ status: "ok" }, { headers: { "Cache-Control": "no-store" } });
}
