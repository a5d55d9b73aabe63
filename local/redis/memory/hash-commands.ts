import { CommandError } from "../engine";
import { OK, parseInteger, readPairs, requireArg, type CommandTable } from "./command";
import type { Keyspace } from "./keyspace";

export const HASH_COMMANDS: CommandTable = {
  HGET: { least: 2, most: 2, run: (keys, [key = "", field = ""]) => keys.read(key, "hash")?.get(field) ?? null },
  HMGET: {
    least: 2,
    run: (keys, [key = "", ...fields]) => {
      const hash = keys.read(key, "hash");
      return fields.map((field) => hash?.get(field) ?? null);
    },
  },
  HGETALL: { least: 1, most: 1, run: (keys, [key = ""]) => [...(keys.read(key, "hash") ?? [])].flat() },
  HKEYS: { least: 1, most: 1, run: (keys, [key = ""]) => [...(keys.read(key, "hash")?.keys() ?? [])] },
  HLEN: { least: 1, most: 1, run: (keys, [key = ""]) => keys.read(key, "hash")?.size ?? 0 },
  HEXISTS: { least: 2, most: 2, run: (keys, [key = "", field = ""]) => (keys.read(key, "hash")?.has(field) ? 1 : 0) },
  HSET: { least: 3, grows: true, run: (keys, [key = "", ...pairs]) => setFields(keys, key, readPairs(pairs, "hset")) },
  HMSET: {
    least: 3,
    grows: true,
    run: (keys, [key = "", ...pairs]) => {
      setFields(keys, key, readPairs(pairs, "hmset"));
      return OK;
    },
  },
  HDEL: {
    least: 2,
    run: (keys, [key = "", ...fields]) => {
      const hash = keys.read(key, "hash");
      const removed = fields.filter((field) => hash?.delete(field)).length;
      keys.deleteIfEmpty(key);
      return removed;
    },
  },
  HINCRBY: {
    least: 3,
    most: 3,
    grows: true,
    run: (keys, args) => {
      const field = requireArg(args, 1);
      const by = parseInteger(requireArg(args, 2));
      const text = keys.read(requireArg(args, 0), "hash")?.get(field) ?? "0";
      if (!/^(?:0|-?[1-9]\d*)$/.test(text)) throw new CommandError("ERR hash value is not an integer");
      const value = parseInteger(text) + by;
      if (!Number.isSafeInteger(value)) throw new CommandError("ERR increment or decrement would overflow");
      keys.open(requireArg(args, 0), "hash").set(field, String(value));
      return value;
    },
  },
};

function setFields(keys: Keyspace, key: string, pairs: [string, string][]): number {
  const hash = keys.open(key, "hash");
  const before = hash.size;
  for (const [field, data] of pairs) hash.set(field, data);
  return hash.size - before;
}
