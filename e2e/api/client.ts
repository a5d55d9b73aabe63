import { request as httpRequest, type IncomingMessage } from "node:http";
import { checkAnswer } from "./contract";

/** Where calls go: the application as it was started, unless a test uses another of its mounts. */
export let BASE = process.env.STINT_TEST_URL ?? "";

export function useBase(url: string): void {
  BASE = url;
}

export type ErrorBody = { error: { type: string; code: string; message: string; param: string | null; doc_url: string; request_id: string } };
export type Run = {
  id: string; status: string; output: string | null; error: { code: string; message: string } | null; steps: { output: string }[];
  usage: { agent_ms: number; lost_ms: number; input_tokens: number; output_tokens: number };
};

/** Calls the API, and holds its answer to the document. A string or bytes as body go as they are; anything else as JSON. */
export async function call(method: string, path: string, options: { key?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<Response> {
  const { key, body, headers } = options;
  const raw = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(`${BASE}${path}`, {
    method, redirect: "manual",
    headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    // A Uint8Array is a body that fetch takes; its type differs between the DOM's and Node's declarations.
    body: raw ? (body as BodyInit | undefined) : JSON.stringify(body),
  });
  await checkAnswer(BASE, method, path, response);
  return response;
}

/** `fetch` for clients of others, whose answers are held to the document too. */
export const checkedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  await checkAnswer(BASE, init?.method ?? "GET", input instanceof Request ? input.url : String(input), response);
  return response;
};

/** The JSON of an answer, as what the caller says it is: these tests check it right after. */
export async function json<T>(response: Response): Promise<T> {
  return await response.json() as T;
}

/** Sends a request byte by byte, for what fetch would not send. Resolves with the answer's status and JSON. */
export function rawCall(options: { method: string; path: string; headers: Record<string, string>; chunks: Iterable<Buffer>; unfinished?: boolean }): Promise<{ status: number; body: ErrorBody; headers: IncomingMessage["headers"] }> {
  return new Promise((resolve, reject) => {
    let answered = false;
    const request = httpRequest(`${BASE}${options.path}`, { method: options.method, headers: options.headers }, (response) => {
      answered = true;
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString("utf8")) as ErrorBody, headers: response.headers });
        request.destroy();
      });
    });
    // The server may close the connection while we still send; only without an answer is that a failure.
    request.on("error", (error) => answered || reject(error));
    for (const chunk of options.chunks) request.write(chunk);
    // Unfinished: the headers are out, and the announced body never comes.
    if (options.unfinished) request.flushHeaders();
    else request.end();
  });
}

export type ServerEvent = { id: number; type: string; data: Record<string, unknown>; atMs: number };

/** Reads an answer's server-sent events as they arrive, each with the moment at which it did. */
export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (!response.body) throw new Error("the answer has no body");
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
      const type = fields.get("event");
      if (type) yield { id: Number(fields.get("id")), type, data: JSON.parse(fields.get("data") ?? "{}") as Record<string, unknown>, atMs: performance.now() };
    }
  }
}

/** All events of an answer. */
export async function collectEvents(response: Response): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(response)) events.push(event);
  return events;
}
