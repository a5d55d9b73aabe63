/** One MCP server, over streamable HTTP and through the outbound guard. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport, StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { CallToolResultSchema, ErrorCode, ListToolsResultSchema, McpError, type CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/cfworker";
import { OutboundError } from "@/lib/platform/outbound/error";
import { guardedFetch } from "@/lib/platform/outbound/outbound";
import { takeEgress } from "@/lib/limits/egress";
import { isObject } from "@/lib/tools/json";
import { withoutSecrets, type Headers as HeaderValues } from "@/lib/tools/headers";
import { chooseOffered } from "@/lib/tools/offered";
import { failed, guardFailure, storable, type CallOptions, type Outcome } from "@/lib/tools/outcome";
import type { JsonObject, McpConfig, OfferedTool } from "@/lib/tools/schema";

export type McpConnection = {
  /** Asks the server for its tools. @throws what `mcpFailure` explains */
  list: () => Promise<OfferedTool[]>;
  /** Calls one of them by the server's own name. @throws the signal's reason, or what is a fault of ours */
  call: (name: string, args: JsonObject, options: CallOptions) => Promise<Outcome>;
  /** Says goodbye and ends every connection. Never fails. */
  close: () => Promise<void>;
};

/** One message of a server: a list of tools is larger than an answer. */
const MAX_MESSAGE_BYTES = 4_194_304;
const MAX_PAGES = 20;
const GOODBYE_MS = 1_000;

/** Makes a connection that opens when it is first used, and again when the server has forgotten it. */
export function createMcpConnection(tenantId: string, config: McpConfig, headers: HeaderValues): McpConnection {
  const timeout = config.timeout_seconds * 1_000;
  /** Ends the HTTP requests of one call, by its key. */
  const running = new Map<string, AbortSignal>();
  const guarded = guardedFetch({ timeoutMs: timeout, maxBytes: MAX_MESSAGE_BYTES, before: () => takeEgress(tenantId) });
  const ending = new AbortController();
  let opened: Promise<{ client: Client; transport: StreamableHTTPClientTransport }> | null = null;
  let greeted = false;

  const send: FetchLike = async (url, init = {}) => {
    // A server may say something of its own over a GET; nothing here listens to it.
    if ((init.method ?? "GET").toUpperCase() === "GET") return new Response(null, { status: 405 });
    const key = keyOf(init.body);
    const call = key === null ? undefined : running.get(key);
    const sent = new Headers(init.headers);
    if (key !== null) sent.set("idempotency-key", key);
    const signals = [init.signal, call, ending.signal].filter((signal) => signal instanceof AbortSignal);
    return guarded(url, { ...init, headers: sent, signal: AbortSignal.any(signals) });
  };

  const open = () => (opened ??= (async () => {
    const transport = new StreamableHTTPClientTransport(new URL(config.url), {
      fetch: send, requestInit: { headers }, reconnectionOptions: { maxRetries: 0, initialReconnectionDelay: 1_000, maxReconnectionDelay: 1_000, reconnectionDelayGrowFactor: 1 },
    });
    // Compiles no code of anybody's schemas.
    const client = new Client({ name: "Stint", version: "1.0.0" }, { jsonSchemaValidator: new CfWorkerJsonSchemaValidator() });
    await client.connect(transport, { timeout });
    greeted = true;
    return { client, transport };
  })().catch((error: unknown) => {
    opened = null;
    throw error;
  }));

  /** A server that was restarted knows our session no more, and says so before it does anything. */
  const withClient = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const before = await open();
    try {
      return await work(before.client);
    } catch (error) {
      if (!(error instanceof StreamableHTTPError && error.code === 404 && before.transport.sessionId !== undefined)) throw error;
      if ((await opened) === before) opened = null;
      await before.client.close();
      return work((await open()).client);
    }
  };

  return {
    list: () => withClient(async (client) => {
      const found: unknown[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const answer = await client.request({ method: "tools/list", params: cursor === undefined ? {} : { cursor } }, ListToolsResultSchema, { timeout });
        found.push(...answer.tools);
        cursor = answer.nextCursor;
        if (cursor === undefined) break;
      }
      return chooseOffered(found);
    }),

    async call(name, args, { signal, idempotencyKey }) {
      const over = new AbortController();
      running.set(idempotencyKey, over.signal);
      try {
        signal.throwIfAborted();
        const params = { name, arguments: args, _meta: { idempotencyKey } };
        const result = await orAborted(withClient((client) => client.request({ method: "tools/call", params }, CallToolResultSchema, { timeout, signal })), signal);
        return toOutcome(result, config.max_answer_bytes, headers);
      } catch (error) {
        signal.throwIfAborted();
        return mcpFailure(error, config.max_answer_bytes, headers);
      } finally {
        over.abort();
        running.delete(idempotencyKey);
      }
    },

    async close() {
      // Whoever has not even answered the greeting is not waited for.
      if (!greeted) ending.abort();
      const connection = await within(GOODBYE_MS, opened);
      // Servers end sessions by themselves; saying goodbye is a courtesy that must not take long or fail.
      await within(GOODBYE_MS, connection?.transport.terminateSession());
      ending.abort();
      await connection?.client.close();
    },
  };
}

/** What is told of a server that could not be used. @throws the error, when it is a fault of ours */
export function mcpFailure(error: unknown, maxAnswerBytes: number, headers: HeaderValues): Outcome {
  if (error instanceof OutboundError) return guardFailure(error, maxAnswerBytes);
  const clean = (text: string): string => withoutSecrets(storable(text.slice(0, 2_000)), headers);
  if (error instanceof StreamableHTTPError) return failed(clean(`The MCP server did not take the request: ${error.message.replace(/^Streamable HTTP error: /, "")}`), error.code !== undefined && error.code >= 100 ? error.code : null);
  if (error instanceof McpError) return failed(error.code === Number(ErrorCode.RequestTimeout) ? "The MCP server did not answer in time." : clean(`The MCP server refused: ${error.message.replace(/^MCP error -?\d+: /, "")}`));
  // What is no MCP: another protocol version, no JSON, a message of another shape.
  if (error instanceof Error && (error.name === "ZodError" || error.name === "$ZodError" || error instanceof SyntaxError || /protocol version/.test(error.message))) return failed("The server did not answer as an MCP server does.");
  throw error;
}

function toOutcome(result: CallToolResult, maxAnswerBytes: number, headers: HeaderValues): Outcome {
  const parts = result.content.map((part) => {
    switch (part.type) {
      case "text": return part.text;
      case "image": case "audio": return `[${part.mimeType}, not shown]`;
      case "resource_link": return `[${part.name}: ${part.uri}]`;
      case "resource": return "text" in part.resource ? part.resource.text : `[${part.resource.uri}, not text]`;
    }
  });
  if (parts.length === 0 && result.structuredContent !== undefined) parts.push(JSON.stringify(result.structuredContent));
  const text = withoutSecrets(storable(parts.join("\n")), headers);
  if (Buffer.byteLength(text) > maxAnswerBytes) return guardFailure(new OutboundError("too_large"), maxAnswerBytes);
  return { ok: result.isError !== true, status: null, content: text === "" ? "The tool answered without content." : text };
}

/** The key that a message carries, where it is a call of a tool. */
function keyOf(body: unknown): string | null {
  if (typeof body !== "string" || !body.includes('"idempotencyKey"')) return null;
  const message: unknown = JSON.parse(body);
  const params = isObject(message) && message.method === "tools/call" ? message.params : null;
  const meta = isObject(params) ? params._meta : null;
  return isObject(meta) && typeof meta.idempotencyKey === "string" ? meta.idempotencyKey : null;
}

/** What a promise gives, or nothing when it fails or takes longer. */
function within<T>(ms: number, work: Promise<T> | null | undefined): Promise<T | undefined> {
  if (!work) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    work.then(resolve, () => resolve(undefined)).finally(() => clearTimeout(timer));
  });
}

/** Opening a connection is shared by calls and is not one call's to end; waiting for it is. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
