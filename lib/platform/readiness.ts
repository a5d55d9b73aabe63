import { pingDb } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { pingRedis } from "@/lib/platform/redis";
import { findWorkerSign } from "@/lib/platform/worker-sign";

export type Check = { name: string; ok: boolean; latencyMs: number; detail?: string };
/** `degraded`: everything works, with less (local rate limits, failing runs). `down`: nothing can be promised. */
export type Readiness = { status: "ok" | "degraded" | "down"; checks: Check[] };

/** Anyone may ask as often as they like; the dependencies are asked once in this time. */
const FRESH_MS = 1_000;
let latest: { readiness: Promise<Readiness>; askedAt: number } | undefined;

/**
 * Asks every dependency once, at the same time, at most once a second. Never throws; never says more of a fault than
 * which part has it.
 */
export function getReadiness(): Promise<Readiness> {
  if (!latest || Date.now() - latest.askedAt > FRESH_MS) latest = { readiness: askAll(), askedAt: Date.now() };
  return latest.readiness;
}

async function askAll(): Promise<Readiness> {
  const checks = await Promise.all([check("database", pingDb), check("redis", pingRedis), check("model", pingModel), check("worker", findWorkerSign)]);
  const database = checks.find((one) => one.name === "database");
  const status = database?.ok ? (checks.every((one) => one.ok) ? "ok" : "degraded") : "down";
  return { status, checks };
}

async function check(name: string, ask: () => Promise<number>): Promise<Check> {
  const began = performance.now();
  try {
    return { name, ok: true, latencyMs: Math.round(await ask()) };
  } catch {
    return { name, ok: false, latencyMs: Math.round(performance.now() - began), detail: "does not answer" };
  }
}

async function pingModel(): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${env().MODEL_BASE_URL.replace(/\/$/, "")}/models`, {
    headers: { Authorization: `Bearer ${env().MODEL_API_KEY}` },
    signal: AbortSignal.timeout(3_000),
  });
  await response.body?.cancel();
  if (response.status >= 500) throw new Error(`model endpoint answered ${response.status}`);
  return performance.now() - began;
}
