import { timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/core/errors";
import { bearerOf } from "@/lib/http/authenticate";
import { requestIdOf } from "@/lib/http/context";
import { errorResponse } from "@/lib/http/error-response";
import { env } from "@/lib/platform/env";
import { collectMetrics, metrics } from "@/lib/platform/metrics";

export const dynamic = "force-dynamic";

/** Prometheus metrics of the web processes behind this port, for whoever knows `METRICS_TOKEN`. */
export async function GET(request: Request): Promise<Response> {
  const { METRICS_TOKEN: token, APP_URL: origin } = env();
  if (token === undefined) return errorResponse(new AppError("not_found", "Metrics are switched off."), requestIdOf(request.headers), origin);
  const given = bearerOf(request.headers) ?? "";
  if (!equal(given, token)) return errorResponse(new AppError("unauthorized", "Send METRICS_TOKEN as a bearer token."), requestIdOf(request.headers), origin);
  return new Response(await collectMetrics(), { headers: { "Content-Type": metrics().registry.contentType, "Cache-Control": "no-store" } });
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
