/**
 * One burst of load, in a process of its own so that it does not share an event loop with anything it measures:
 * `load.ts URL CONNECTIONS MILLISECONDS [KEY]`. Each connection asks again as soon as it was answered. Prints one JSON line.
 */
import { Agent, request } from "node:http";

export type LoadResult = { requests: number; failures: number; elapsedMs: number; p50Ms: number; p99Ms: number };

const [url = "", connections = "64", milliseconds = "1000", key] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const headers = key ? { authorization: `Bearer ${key}` } : {};
const latencies: number[] = [];
let failures = 0;

const startedAt = performance.now();
const endsAt = startedAt + Number(milliseconds);
await Promise.all(Array.from({ length: Number(connections) }, async () => {
  while (performance.now() < endsAt) {
    const askedAt = performance.now();
    const status = await ask();
    latencies.push(performance.now() - askedAt);
    if (status !== 200) failures += 1;
  }
}));
const elapsedMs = performance.now() - startedAt;
agent.destroy();
latencies.sort((a, b) => a - b);
const result: LoadResult = { requests: latencies.length, failures, elapsedMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
console.log(JSON.stringify(result));

function ask(): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.on("error", () => resolve(0));
    });
    // A connection that breaks is a failed request like any other; the count of failures is in the result.
    sent.on("error", () => resolve(0));
    sent.end();
  });
}

function quantile(q: number): number {
  return latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0;
}
