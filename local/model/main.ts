/**
 * Runs the model server. Environment: MODEL_SERVER_KEY (the bearer key, required), PORT, HOST, MODEL_CHUNK_DELAY_MS
 * (pause between streamed chunks, default 15), MODEL_FAULTS=1 (opens the fault switches and GET /_log; tests only).
 */
import { requireEnv, serve } from "../serve";
import { createModelServer } from "./server";

await serve(() => {
  const chunkDelayMs = Number(process.env.MODEL_CHUNK_DELAY_MS || 15);
  if (!Number.isFinite(chunkDelayMs) || chunkDelayMs < 0) throw new Error("MODEL_CHUNK_DELAY_MS must be milliseconds");
  const apiKey = requireEnv("MODEL_SERVER_KEY");
  return { server: createModelServer({ apiKey, chunkDelayMs, faults: process.env.MODEL_FAULTS === "1" }), defaultPort: 4001 };
});
