/**
 * One burst of load, in a process of its own so that it does not share an event loop with anything it measures:
 * `load.ts URL CONNECTIONS MILLISECONDS [KEY]`. Each connection asks again as soon as it was answered. Prints one JSON line.
 * It speaks HTTP over bare sockets: with a whole client it would need more of the machine than what it measures.
 */
import { connect } from "node:net";

export type LoadResult = { requests: number; failures: number; elapsedMs: number; p50Ms: number; p99Ms: number };

const [address = "", connections = "64", milliseconds = "1000", key] = process.argv.slice(2);
const url = new URL(address);
const question = Buffer.from(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: keep-alive\r\n${key ? `Authorization: Bearer ${key}\r\n` : ""}\r\n`);
const latencies: number[] = [];
let failures = 0;

const startedAt = performance.now();
const endsAt = startedAt + Number(milliseconds);
await Promise.all(Array.from({ length: Number(connections) }, run));
const elapsedMs = performance.now() - startedAt;
latencies.sort((a, b) => a - b);
const result: LoadResult = { requests: latencies.length, failures, elapsedMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
console.log(JSON.stringify(result));

/** One connection, from its first question to the answer after the time is up. One that breaks is a failed request. */
function run(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname).setNoDelay(true);
    let answer = "";
    let askedAt = 0;
    const ask = (): void => {
      askedAt = performance.now();
      socket.write(question);
    };
    const end = (): void => {
      socket.destroy();
      resolve();
    };
    socket.once("connect", ask);
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
      if (!isWhole(answer)) return;
      latencies.push(performance.now() - askedAt);
      if (!answer.startsWith("HTTP/1.1 200 ")) failures += 1;
      answer = "";
      if (performance.now() < endsAt) ask();
      else end();
    });
    const fail = (): void => {
      failures += 1;
      latencies.push(performance.now() - askedAt);
      end();
    };
    socket.once("error", fail);
    socket.once("end", fail);
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1];
  return length === undefined ? answer.endsWith("\r\n0\r\n\r\n") : answer.length >= end + 4 + Number(length);
}

function quantile(q: number): number {
  return latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0;
}
