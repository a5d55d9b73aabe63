import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isBearer, readBody } from "../http";
import { answerChat } from "./answer";
import { ApiError } from "./errors";
import { readFault, readFlaky, readPace, throwFault } from "./faults";
import { parseChatRequest } from "./request";
import { RequestLog } from "./request-log";
import { hang, streamAnswer } from "./stream";

export const MODEL_ID = "stint-extract-1";
const MODEL_CREATED_SECONDS = 1_763_856_000;
const LARGEST_BODY = 10 * 1024 * 1024;

export interface ModelServerOptions {
  apiKey: string;
  chunkDelayMs: number;
  /** Opens the fault switches and `GET /_log`. For tests only. */
  faults: boolean;
}

/** An OpenAI-compatible server of one model, the extractive summariser. Not yet listening. */
export function createModelServer(options: ModelServerOptions): Server {
  const log = new RequestLog();
  return createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    route(request, response, options, log).catch((cause: unknown) => answerError(response, cause));
  });
}

async function route(request: IncomingMessage, response: ServerResponse, options: ModelServerOptions, log: RequestLog): Promise<void> {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  if (path === "/health") return answerJson(response, { status: "ok" });
  if (!isBearer(request, options.apiKey)) {
    throw new ApiError(401, "Incorrect API key provided.", "invalid_request_error", null, "invalid_api_key");
  }
  const what = `${request.method} ${path}`;
  if (what === "POST /v1/chat/completions") return chat(request, response, options, log);
  if (what === "GET /v1/models") return answerJson(response, { object: "list", data: [describeModel()] });
  if (what === `GET /v1/models/${MODEL_ID}`) return answerJson(response, describeModel());
  if (what === "GET /_log" && options.faults) return answerJson(response, log.list());
  throw new ApiError(404, `Unknown request: ${what}.`, "invalid_request_error", null, "unknown_url");
}

async function chat(incoming: IncomingMessage, response: ServerResponse, options: ModelServerOptions, log: RequestLog): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort(new ClientGone()));
  const body = await readBody(incoming, LARGEST_BODY);
  if (body === null) throw new ApiError(413, "The request body is too large.", "invalid_request_error", null, "request_too_large");
  const request = parseChatRequest(body.toString("utf8"));
  const { model: steady, refusals } = readFlaky(request.model, options.faults);
  const { model: unpaced, paceMs } = readPace(steady, options.faults);
  const { model, fault } = readFault(unpaced, options.faults);
  if (model !== MODEL_ID) {
    throw new ApiError(404, `The model '${request.model}' does not exist.`, "invalid_request_error", "model", "model_not_found");
  }
  const id = `chatcmpl-${randomBytes(12).toString("hex")}`;
  const earlier = refusals > 0 ? log.list().filter((one) => one.model === request.model).length : 0;
  const entry = log.start(id, request.model, request.stream === true);
  try {
    throwFault(earlier < refusals ? "error-429" : fault);
    if (fault === "hang") await hang(gone.signal);
    const answer = answerChat(request);
    entry.prompt_tokens = answer.usage.prompt_tokens;
    entry.completion_tokens = answer.usage.completion_tokens;
    const createdSeconds = Math.floor(Date.now() / 1000);
    if (request.stream) {
      const includeUsage = request.stream_options?.include_usage === true;
      const chunkDelayMs = paceMs ?? options.chunkDelayMs;
      await streamAnswer(response, answer, { id, model: request.model, createdSeconds, includeUsage, chunkDelayMs, fault, signal: gone.signal });
    } else {
      if (fault === "hang-mid") await hang(gone.signal);
      if (fault === "cut") {
        response.destroy();
        return;
      }
      const text = JSON.stringify(completionBody(id, request.model, createdSeconds, answer));
      sendJson(response, 200, fault === "malformed" ? text.slice(0, -10) : text, { "x-request-id": id });
    }
  } catch (cause) {
    if (!(cause instanceof ClientGone) && !gone.signal.aborted) throw cause;
    entry.aborted = true;
  } finally {
    entry.ended_at = Date.now();
  }
}

function completionBody(id: string, model: string, created: number, answer: ReturnType<typeof answerChat>): object {
  const calls = answer.toolCalls.map(({ id: callId, name, arguments: json }) => ({ id: callId, type: "function", function: { name, arguments: json } }));
  const message = { role: "assistant", content: answer.text, refusal: null, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: answer.finish }];
  return { id, object: "chat.completion", created, model, choices, usage: answer.usage };
}

function describeModel(): object {
  return { id: MODEL_ID, object: "model", created: MODEL_CREATED_SECONDS, owned_by: "stint" };
}

function answerJson(response: ServerResponse, body: unknown): void {
  sendJson(response, 200, JSON.stringify(body), {});
}

function answerError(response: ServerResponse, cause: unknown): void {
  if (response.destroyed) return;
  const known = cause instanceof ApiError ? cause : null;
  if (!known) process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
  const error = known ?? new ApiError(500, "The server had an error while processing your request.", "server_error", null, null);
  if (response.headersSent) response.destroy();
  else sendJson(response, error.status, error.toBody(), error.headers);
}

function sendJson(response: ServerResponse, status: number, text: string, headers: Record<string, string>): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** The client hung up: nothing to answer, nothing to report. */
class ClientGone extends Error {}
