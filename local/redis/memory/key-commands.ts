import { CommandError } from "../engine";
import { OK, parseInteger, requireArg, Status, SYNTAX_ERROR, wrongArity, type CommandTable, type MemoryReply } from "./command";
import { compileGlob } from "./glob";
import type { Keyspace } from "./keyspace";

export const KEY_COMMANDS: CommandTable = {
  PING: { least: 0, most: 1, run: (_, [text]) => text ?? new Status("PONG") },
  ECHO: { least: 1, most: 1, run: (_, [text = ""]) => text },
  TIME: {
    least: 0,
    most: 0,
    run: () => {
      const now = Date.now();
      return [String(Math.floor(now / 1_000)), String((now % 1_000) * 1_000)];
    },
  },
  DEL: { least: 1, run: (keys, names) => names.filter((key) => keys.delete(key)).length },
  UNLINK: { least: 1, run: (keys, names) => names.filter((key) => keys.delete(key)).length },
  EXISTS: { least: 1, run: (keys, names) => names.filter((key) => keys.kindOf(key) !== null).length },
  TYPE: { least: 1, most: 1, run: (keys, [key = ""]) => new Status(keys.kindOf(key) ?? "none") },
  EXPIRE: { least: 2, most: 3, run: (keys, args) => expire(keys, args, (amount) => Date.now() + amount * 1_000) },
  PEXPIRE: { least: 2, most: 3, run: (keys, args) => expire(keys, args, (amount) => Date.now() + amount) },
  EXPIREAT: { least: 2, most: 3, run: (keys, args) => expire(keys, args, (amount) => amount * 1_000) },
  PEXPIREAT: { least: 2, most: 3, run: (keys, args) => expire(keys, args, (amount) => amount) },
  PERSIST: { least: 1, most: 1, run: (keys, [key = ""]) => (keys.expiryOf(key) ? Number(keys.expireAt(key, null)) : 0) },
  TTL: { least: 1, most: 1, run: (keys, [key = ""]) => remaining(keys, key, (ms) => Math.round(ms / 1_000)) },
  PTTL: { least: 1, most: 1, run: (keys, [key = ""]) => remaining(keys, key, (ms) => ms) },
  KEYS: { least: 1, most: 1, run: (keys, [pattern = ""]) => [...keys.keys()].filter(compileGlob(pattern)) },
  SCAN: { least: 1, run: scan },
  DBSIZE: { least: 0, most: 0, run: (keys) => [...keys.keys()].length },
  FLUSHALL: { least: 0, most: 1, run: flush },
  FLUSHDB: { least: 0, most: 1, run: flush },
};

function flush(keys: Keyspace): MemoryReply {
  keys.clear();
  return OK;
}

function expire(keys: Keyspace, args: readonly string[], toTime: (amount: number) => number): number {
  const [key = "", amount = "", option] = args;
  const at = toTime(parseInteger(amount));
  const now = keys.expiryOf(key);
  if (now === undefined) return 0;
  switch (option?.toUpperCase()) {
    case undefined:
      break;
    case "NX":
      if (now !== null) return 0;
      break;
    case "XX":
      if (now === null) return 0;
      break;
    case "GT":
      if (now === null || at <= now) return 0;
      break;
    case "LT":
      if (now !== null && at >= now) return 0;
      break;
    default:
      throw new CommandError(`ERR Unsupported option ${option}`);
  }
  return Number(keys.expireAt(key, at));
}

function remaining(keys: Keyspace, key: string, convert: (ms: number) => number): number {
  const at = keys.expiryOf(key);
  if (at === undefined) return -2;
  return at === null ? -1 : convert(Math.max(0, at - Date.now()));
}

/** One pass gives everything: cursor 0 begins it and 0 comes back. */
function scan(keys: Keyspace, args: readonly string[]): MemoryReply {
  if (parseInteger(requireArg(args, 0)) !== 0) return ["0", []];
  let matches: (key: string) => boolean = () => true;
  let kind: string | null = null;
  if (args.length % 2 === 0) throw wrongArity("scan");
  for (let i = 1; i < args.length; i += 2) {
    const option = requireArg(args, i).toUpperCase();
    const value = requireArg(args, i + 1);
    if (option === "MATCH") matches = compileGlob(value);
    else if (option === "TYPE") kind = value.toLowerCase();
    else if (option !== "COUNT") throw new CommandError(SYNTAX_ERROR);
  }
  const found = [...keys.keys()].filter((key) => matches(key) && (kind === null || keys.kindOf(key) === kind));
  return ["0", found];
}
