import { CommandError } from "../engine";
import { OK, parseInteger, readPairs, requireArg, SYNTAX_ERROR, type CommandTable, type MemoryReply } from "./command";
import type { Keyspace } from "./keyspace";

export const STRING_COMMANDS: CommandTable = {
  GET: { least: 1, most: 1, run: (keys, [key = ""]) => keys.read(key, "string") },
  SET: { least: 2, grows: true, run: set },
  GETDEL: {
    least: 1,
    most: 1,
    run: (keys, [key = ""]) => {
      const data = keys.read(key, "string");
      keys.delete(key);
      return data;
    },
  },
  MGET: { least: 1, run: (keys, names) => names.map((key) => (keys.kindOf(key) === "string" ? keys.read(key, "string") : null)) },
  MSET: {
    least: 2,
    grows: true,
    run: (keys, args) => {
      for (const [key, data] of readPairs(args, "mset")) keys.writeString(key, data, null);
      return OK;
    },
  },
  INCR: { least: 1, most: 1, grows: true, run: (keys, [key = ""]) => add(keys, key, 1) },
  DECR: { least: 1, most: 1, grows: true, run: (keys, [key = ""]) => add(keys, key, -1) },
  INCRBY: { least: 2, most: 2, grows: true, run: (keys, [key = "", by = ""]) => add(keys, key, parseInteger(by)) },
  DECRBY: { least: 2, most: 2, grows: true, run: (keys, [key = "", by = ""]) => add(keys, key, -parseInteger(by)) },
};

interface SetOptions {
  only: "NX" | "XX" | null;
  get: boolean;
  keepTtl: boolean;
  expiresAt: number | null;
}

function set(keys: Keyspace, args: readonly string[]): MemoryReply {
  const [key = "", data = ""] = args;
  const options = readSetOptions(args.slice(2));
  const before = options.get ? keys.read(key, "string") : null;
  const exists = keys.kindOf(key) !== null;
  if ((options.only === "NX" && exists) || (options.only === "XX" && !exists)) return options.get ? before : null;
  const expiresAt = options.keepTtl ? (keys.expiryOf(key) ?? null) : options.expiresAt;
  keys.writeString(key, data, expiresAt);
  return options.get ? before : OK;
}

function readSetOptions(args: readonly string[]): SetOptions {
  const options: SetOptions = { only: null, get: false, keepTtl: false, expiresAt: null };
  for (let i = 0; i < args.length; i++) {
    const option = requireArg(args, i).toUpperCase();
    if ((option === "NX" || option === "XX") && options.only === null) options.only = option;
    else if (option === "GET") options.get = true;
    else if (option === "KEEPTTL" && options.expiresAt === null) options.keepTtl = true;
    else if (/^(?:EX|PX|EXAT|PXAT)$/.test(option) && options.expiresAt === null && !options.keepTtl) {
      i += 1;
      options.expiresAt = readExpiry(option, requireArg(args, i));
    } else throw new CommandError(SYNTAX_ERROR);
  }
  return options;
}

function readExpiry(option: string, text: string): number {
  const amount = parseInteger(text);
  if (amount <= 0) throw new CommandError("ERR invalid expire time in 'set' command");
  const ms = option.startsWith("E") ? amount * 1_000 : amount;
  return option.endsWith("AT") ? ms : Date.now() + ms;
}

function add(keys: Keyspace, key: string, by: number): number {
  const value = parseInteger(keys.read(key, "string") ?? "0") + by;
  if (!Number.isSafeInteger(value)) throw new CommandError("ERR increment or decrement would overflow");
  keys.writeString(key, String(value), keys.expiryOf(key) ?? null);
  return value;
}
