/** `GET /api/metrics` of several processes behind one port: whichever is asked answers for all, through the primary. */
import cluster, { type Worker } from "node:cluster";
import { AggregatorRegistry } from "prom-client";
import { SECOND_MS } from "@/lib/core/time";
import { collectMetricsFrom, metrics } from "@/lib/platform/metrics";
import { z } from "zod";

const PATIENCE_MS = 6 * SECOND_MS;
const questionSchema = z.object({ stint: z.literal("metrics-of-all"), id: z.number() });
const answerSchema = questionSchema.extend({ text: z.string().nullable() });

/** In the primary: collects from every process for the one that asks. */
export function collectForCluster(): void {
  const all = new AggregatorRegistry();
  cluster.on("message", (worker: Worker, message: unknown) => {
    const question = questionSchema.safeParse(message);
    if (!question.success) return;
    const reply = (text: string | null): void => {
      if (worker.isConnected()) worker.send({ ...question.data, text });
    };
    all.clusterMetrics().then(reply, () => reply(null));
  });
}

/** In a web process: gives its metrics to the primary when it asks, and asks it for those of all. */
export function answerForCluster(): void {
  // Being made is what lets it answer the primary.
  new AggregatorRegistry();
  AggregatorRegistry.setRegistries([metrics().registry]);
  const waiting = new Map<number, (text: string | null) => void>();
  let asked = 0;
  process.on("message", (message: unknown) => {
    const answer = answerSchema.safeParse(message);
    if (answer.success) waiting.get(answer.data.id)?.(answer.data.text);
  });
  collectMetricsFrom(async () => {
    const id = asked++;
    const text = await new Promise<string | null>((resolve) => {
      waiting.set(id, resolve);
      setTimeout(resolve, PATIENCE_MS, null).unref();
      process.send?.({ stint: "metrics-of-all", id });
    });
    waiting.delete(id);
    // A process that has just died does not answer; what this one knows is better than nothing.
    return text ?? metrics().registry.metrics();
  });
}
