import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { processSingleton } from "@/lib/platform/process-singleton";

/** Where the text of `GET /api/metrics` comes from, when this process is one of several behind one port. */
const source = (): { collect?: () => Promise<string> } => processSingleton("metrics-source", () => ({}));

/** Has the metrics of all processes that share the port collected by `collect`. */
export function collectMetricsFrom(collect: () => Promise<string>): void {
  source().collect = collect;
}

/** Everything counted behind this port, in Prometheus' text format. */
export function collectMetrics(): Promise<string> {
  return source().collect?.() ?? metrics().registry.metrics();
}

/** This process's Prometheus metrics. Labels are closed sets; no tenant and no id ever becomes a label. */
export function metrics() {
  return processSingleton("metrics", () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    return {
      registry,
      requests: new Counter({ name: "stint_http_requests_total", help: "API requests answered.", labelNames: ["route", "method", "status"], registers: [registry] }),
      requestSeconds: new Histogram({
        name: "stint_http_request_seconds", help: "Time to answer an API request, without the body of a stream.",
        labelNames: ["route", "method"], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10], registers: [registry],
      }),
      dbRoundTrips: new Counter({ name: "stint_db_function_calls_total", help: "Calls of named SQL functions.", labelNames: ["statement"], registers: [registry] }),
      admitted: new Counter({ name: "stint_admitted_requests_total", help: "Requests that an admit call carried.", registers: [registry] }),
      runsEnded: new Counter({ name: "stint_runs_ended_total", help: "Runs that this worker ended.", labelNames: ["status"], registers: [registry] }),
      runsActive: new Gauge({ name: "stint_runs_active", help: "Runs that this worker executes now.", registers: [registry] }),
    };
  });
}
