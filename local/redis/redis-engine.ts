import { createClient, ErrorReply, RESP_TYPES } from "redis";
import { CommandError, EngineDown, type Command, type Engine, type Reply } from "./engine";

/** Longer than any command of ours takes; past it the back end hangs and clients should use their own means. */
const DEADLINE_MS = 2_000;
const LONGEST_RETRY_MS = 500;

/** Where a Redis or Valkey is: a `redis://` URL or a Unix socket. */
export type RedisAddress = { url: string } | { socketPath: string };

/**
 * A real Redis or Valkey over one connection. Commands given in one call leave in one write. While the connection is
 * lost every call is refused at once and the connection is tried again, for ever; nothing is queued, so nothing is
 * replayed.
 */
export async function openRedisEngine(address: RedisAddress): Promise<Engine> {
  const reconnectStrategy = (retries: number): number => Math.min(LONGEST_RETRY_MS, 20 * 2 ** Math.min(retries, 10));
  const common = { connectTimeout: DEADLINE_MS, reconnectStrategy };
  const client = createClient({
    ...("url" in address ? { url: address.url, socket: common } : { socket: { ...common, path: address.socketPath, tls: false } }),
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
  let lost = false;
  client.on("error", (cause: Error) => {
    if (!lost) process.stderr.write(`redis is not reachable: ${cause.message}\n`);
    lost = true;
  });
  client.on("ready", () => {
    if (lost) process.stderr.write("redis is reachable again\n");
    lost = false;
  });
  const connected = client.connect().catch((cause: unknown) => {
    // Only when closed while connecting: everything else is tried again.
    if (client.isOpen) process.stderr.write(`redis: ${cause instanceof Error ? cause.message : String(cause)}\n`);
  });
  await withDeadline(connected).catch((cause: unknown) => {
    // Starting without the back end is allowed: calls are refused until it is there.
    if (!(cause instanceof EngineDown)) throw cause;
  });

  const send = async (command: Command): Promise<Reply> => {
    try {
      return toReply(await client.sendCommand([...command]));
    } catch (cause) {
      return toError(cause);
    }
  };
  // While an answer is overdue nothing more is sent, so that a back end that hangs does not collect a queue here.
  let overdue = 0;
  const sendAll = async (commands: readonly Command[]): Promise<Reply[]> => {
    if (!client.isReady) throw new EngineDown("redis is not reachable");
    if (overdue > 0) throw new EngineDown("redis does not answer");
    const work = Promise.all(commands.map(send));
    return withDeadline(work, () => {
      overdue += 1;
      const settle = (): void => void (overdue -= 1);
      work.then(settle, settle);
    });
  };
  return {
    name: "redis",
    run: sendAll,
    async transaction(commands) {
      const replies = await sendAll([["MULTI"], ...commands, ["EXEC"]]);
      const result = replies.at(-1);
      if (Array.isArray(result)) return result;
      return result instanceof CommandError ? result : new CommandError("EXECABORT Transaction discarded");
    },
    close: async () => client.destroy(),
  };
}

function toReply(value: unknown): Reply {
  if (value === null || typeof value === "number" || typeof value === "string" || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return value.map(toReply);
  if (value instanceof Error) return toError(value);
  throw new TypeError(`redis answered with a ${typeof value}`);
}

/** A command's own error; throws `EngineDown` when it is the connection's. */
function toError(cause: unknown): CommandError {
  if (cause instanceof ErrorReply && !cause.message.startsWith("LOADING")) return new CommandError(cause.message);
  throw new EngineDown("redis is not reachable", { cause });
}

function withDeadline<T>(work: Promise<T>, onOverdue?: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      onOverdue?.();
      reject(new EngineDown("redis does not answer"));
    }, DEADLINE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
