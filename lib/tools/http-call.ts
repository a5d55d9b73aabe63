import { OutboundError } from "@/lib/platform/outbound/error";
import { outboundFetch, type OutboundAnswer } from "@/lib/platform/outbound/outbound";
import { takeEgress } from "@/lib/limits/egress";
import { argumentsProblem } from "@/lib/tools/arguments";
import { withoutSecrets, type Headers as HeaderValues } from "@/lib/tools/headers";
import { failed, guardFailure, storable, type CallOptions, type Outcome } from "@/lib/tools/outcome";
import type { HttpConfig, JsonObject } from "@/lib/tools/schema";
import { appendQuery, fillTemplate, parseTemplate } from "@/lib/tools/template";

/** Of an answer that is an error: enough to see what is wrong. */
const ERROR_CHARACTERS = 4_000;
const TEXT = /^(text\/|application\/(json|xml|javascript|x-www-form-urlencoded|yaml|graphql|x-ndjson|[\w.-]+\+(json|xml)))/i;

/**
 * Calls an HTTP tool. Arguments that have no place in its address go into the query (GET, DELETE) or a JSON body.
 * @throws the signal's reason, or what is a fault of ours
 */
export async function callHttpTool(tenantId: string, config: HttpConfig, headers: HeaderValues, args: JsonObject, { signal, idempotencyKey }: CallOptions): Promise<Outcome> {
  const problem = argumentsProblem(config.input_schema, args);
  if (problem) return failed(problem);
  const template = parseTemplate(config.url);
  if (typeof template === "string") return failed(template);
  const filled = fillTemplate(template, args);
  if (typeof filled === "string") return failed(filled);
  const inBody = config.method !== "GET" && config.method !== "DELETE";
  if (!inBody) appendQuery(filled.url, filled.rest);
  const sent = new Headers({ accept: "application/json, text/*;q=0.9, */*;q=0.1", ...(inBody ? { "content-type": "application/json" } : {}) });
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  sent.set("idempotency-key", idempotencyKey);
  try {
    await takeEgress(tenantId);
    const answer = await outboundFetch(filled.url.href, {
      method: config.method, headers: sent, signal, timeoutMs: config.timeout_seconds * 1_000, maxBytes: config.max_answer_bytes,
      ...(inBody ? { body: JSON.stringify(filled.rest) } : {}),
    });
    return toOutcome(answer, headers);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OutboundError) return guardFailure(error, config.max_answer_bytes);
    throw error;
  }
}

function toOutcome(answer: OutboundAnswer, headers: HeaderValues): Outcome {
  const { status } = answer;
  const text = withoutSecrets(storable(textOf(answer)), headers);
  if (status >= 200 && status < 300) return { ok: true, status, content: text === "" ? `The server answered ${status} without content.` : text };
  return failed(`The server answered ${status}.${text === "" ? "" : `\n${text.slice(0, ERROR_CHARACTERS)}`}`, status);
}

function textOf({ headers, body }: OutboundAnswer): string {
  if (body.byteLength === 0) return "";
  const type = headers.get("content-type") ?? "";
  if (type !== "" && !TEXT.test(type)) return `[${type.split(";")[0]?.trim()}, ${body.byteLength} bytes: not text, and not shown]`;
  return decoderOf(/charset="?([\w-]+)/i.exec(type)?.[1]).decode(body);
}

function decoderOf(charset = "utf-8"): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    // A charset that nobody knows: most of the text is ASCII all the same.
    return new TextDecoder();
  }
}
