import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isBearer, readBody } from "../http";
import { encodeItem } from "./encode";
import { CommandError, EngineDown, refuseCommand, type Command, type Engine, type Reply } from "./engine";
import { ScriptAliases } from "./scripts";

const LARGEST_BODY = 16 * 1024 * 1024;
const MOST_COMMANDS = 10_000;

export interface GatewayOptions {
  token: string;
  engine: Engine;
}

/** Upstash's REST protocol in front of an engine: `POST /`, `/pipeline`, `/multi-exec`, and `GET /health`. Not yet listening. */
export function createGateway({ token, engine }: GatewayOptions): Server {
  const aliases = new ScriptAliases();
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) => {
    handle(request, response, token, engine, aliases).catch((cause: unknown) => {
      if (response.destroyed || response.headersSent) return;
      if (cause instanceof EngineDown) return answer(response, 503, { error: `ERR ${cause.message}` });
      process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
      answer(response, 500, { error: "ERR the gateway failed" });
    });
  });
  return server;
}

async function handle(request: IncomingMessage, response: ServerResponse, token: string, engine: Engine, aliases: ScriptAliases): Promise<void> {
  const path = request.url ?? "/";
  if (request.method === "GET" && path === "/health") return answer(response, 200, { engine: engine.name });
  if (!isBearer(request, token)) return answer(response, 401, { error: "WRONGPASS invalid or missing auth token" });
  if (request.method !== "POST") return answer(response, 405, { error: "ERR use POST" });
  const body = await readBody(request, LARGEST_BODY);
  if (body === null) return answer(response, 413, { error: `ERR the request is larger than ${LARGEST_BODY} bytes` });
  const base64 = request.headers["upstash-encoding"] === "base64";
  const parsed = parseJson(body);

  if (path === "/" || path === "") {
    const command = readCommand(parsed);
    if (!command) return answer(response, 400, { error: "ERR the body must be a JSON array: a command and its arguments" });
    const [reply = null] = await runAll([command], engine, aliases);
    return answer(response, reply instanceof CommandError ? 400 : 200, encodeItem(reply, base64));
  }
  const commands = Array.isArray(parsed) && parsed.length <= MOST_COMMANDS ? parsed.map(readCommand) : null;
  if (!commands?.every((command) => command !== null)) return answer(response, 400, { error: "ERR the body must be a JSON array of commands" });
  if (path === "/pipeline") return answer(response, 200, (await runAll(commands, engine, aliases)).map((reply) => encodeItem(reply, base64)));
  if (path === "/multi-exec") {
    const replies = await runTransaction(commands, engine, aliases);
    if (replies instanceof CommandError) return answer(response, 400, { error: replies.message });
    return answer(response, 200, replies.map((reply) => encodeItem(reply, base64)));
  }
  answer(response, 404, { error: "ERR unknown path" });
}

async function runAll(commands: readonly Command[], engine: Engine, aliases: ScriptAliases): Promise<Reply[]> {
  const refusals = commands.map(refuseCommand);
  const allowed = commands.filter((_, i) => refusals[i] === null);
  const replies = allowed.length === 0 ? [] : await engine.run(allowed.map((command) => aliases.rewrite(command)));
  let next = 0;
  return commands.map((command, i) => refusals[i] ?? restoreSha(command, replies[next++] ?? null, aliases));
}

async function runTransaction(commands: readonly Command[], engine: Engine, aliases: ScriptAliases): Promise<Reply[] | CommandError> {
  if (commands.length === 0) return [];
  const refusal = commands.map(refuseCommand).find((error) => error !== null);
  if (refusal) return new CommandError(`EXECABORT Transaction discarded because of: ${refusal.message}`);
  const replies = await engine.transaction(commands.map((command) => aliases.rewrite(command)));
  return replies instanceof CommandError ? replies : replies.map((reply, i) => restoreSha(commands[i] ?? [], reply, aliases));
}

function restoreSha(command: Command, reply: Reply, aliases: ScriptAliases): Reply {
  if (reply instanceof CommandError || command[0]?.toUpperCase() !== "SCRIPT") return reply;
  const sha = aliases.loadedSha(command);
  return sha === null ? reply : Buffer.from(sha);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    // Said to the client as a 400: undefined is no array.
    return undefined;
  }
}

function readCommand(value: unknown): Command | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  // Numbers, booleans and objects arrive as their JSON; only strings stand for themselves.
  return value.map((part: unknown) => (typeof part === "string" ? part : JSON.stringify(part)));
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": text.length });
  response.end(text);
}
