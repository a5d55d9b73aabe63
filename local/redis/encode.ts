import { CommandError, type Reply } from "./engine";

/** What Upstash's REST protocol can say in `result`. */
export type Json = string | number | null | Json[];

/** An answer as Upstash's JSON: strings as base64 where the client asked for that, save the status `OK`. */
export function encodeResult(reply: Exclude<Reply, CommandError>, base64: boolean): Json {
  if (typeof reply === "string") return !base64 || reply === "OK" ? reply : Buffer.from(reply, "utf8").toString("base64");
  return encodeNested(reply, base64);
}

/** `{ result }` or `{ error }`: one item of a pipeline's answer. */
export function encodeItem(reply: Reply, base64: boolean): { result: Json } | { error: string } {
  return reply instanceof CommandError ? { error: reply.message } : { result: encodeResult(reply, base64) };
}

// Inside a list clients decode every string, `OK` among them.
function encodeNested(reply: Reply, base64: boolean): Json {
  if (reply === null || typeof reply === "number") return reply;
  if (Array.isArray(reply)) return reply.map((item) => encodeNested(item, base64));
  if (reply instanceof CommandError) return encodeNested(reply.message, base64);
  if (typeof reply === "string") return base64 ? Buffer.from(reply, "utf8").toString("base64") : reply;
  return reply.toString(base64 ? "base64" : "utf8");
}
