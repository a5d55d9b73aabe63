import { CommandError } from "../engine";
import { formatDouble, parseDouble, parseInteger, requireArg, SYNTAX_ERROR, type CommandTable, type MemoryReply } from "./command";
import type { Keyspace } from "./keyspace";

export const SET_COMMANDS: CommandTable = {
  SADD: {
    least: 2,
    grows: true,
    run: (keys, [key = "", ...members]) => {
      const set = keys.open(key, "set");
      const before = set.size;
      for (const member of members) set.add(member);
      return set.size - before;
    },
  },
  SREM: {
    least: 2,
    run: (keys, [key = "", ...members]) => {
      const set = keys.read(key, "set");
      const removed = members.filter((member) => set?.delete(member)).length;
      keys.deleteIfEmpty(key);
      return removed;
    },
  },
  SISMEMBER: { least: 2, most: 2, run: (keys, [key = "", member = ""]) => (keys.read(key, "set")?.has(member) ? 1 : 0) },
  SMEMBERS: { least: 1, most: 1, run: (keys, [key = ""]) => [...(keys.read(key, "set") ?? [])] },
  SCARD: { least: 1, most: 1, run: (keys, [key = ""]) => keys.read(key, "set")?.size ?? 0 },
  ZADD: { least: 3, grows: true, run: zadd },
  ZINCRBY: {
    least: 3,
    most: 3,
    grows: true,
    run: (keys, [key = "", by = "", member = ""]) => {
      const score = parseDouble(by) + (keys.read(key, "zset")?.get(member) ?? 0);
      if (Number.isNaN(score)) throw new CommandError("ERR resulting score is not a number (NaN)");
      keys.open(key, "zset").set(member, score);
      return formatDouble(score);
    },
  },
  ZREM: {
    least: 2,
    run: (keys, [key = "", ...members]) => {
      const zset = keys.read(key, "zset");
      const removed = members.filter((member) => zset?.delete(member)).length;
      keys.deleteIfEmpty(key);
      return removed;
    },
  },
  ZSCORE: {
    least: 2,
    most: 2,
    run: (keys, [key = "", member = ""]) => {
      const score = keys.read(key, "zset")?.get(member);
      return score === undefined ? null : formatDouble(score);
    },
  },
  ZCARD: { least: 1, most: 1, run: (keys, [key = ""]) => keys.read(key, "zset")?.size ?? 0 },
  ZRANGE: { least: 3, run: zrange },
};

function zadd(keys: Keyspace, args: readonly string[]): MemoryReply {
  const key = requireArg(args, 0);
  const flags = new Set<string>();
  let at = 1;
  for (; /^(?:NX|XX|GT|LT|CH|INCR)$/i.test(args[at] ?? ""); at++) flags.add(requireArg(args, at).toUpperCase());
  if (flags.has("INCR") || (flags.has("NX") && (flags.has("XX") || flags.has("GT") || flags.has("LT"))) || (flags.has("GT") && flags.has("LT"))) {
    throw new CommandError(flags.has("INCR") ? "ERR ZADD INCR is not supported here; use ZINCRBY" : "ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  if (at >= args.length || (args.length - at) % 2 === 1) throw new CommandError(SYNTAX_ERROR);
  const pairs: { score: number; member: string }[] = [];
  for (; at < args.length; at += 2) pairs.push({ score: parseDouble(requireArg(args, at)), member: requireArg(args, at + 1) });

  const zset = keys.open(key, "zset");
  let added = 0;
  let changed = 0;
  for (const { score, member } of pairs) {
    const old = zset.get(member);
    if (old === undefined ? flags.has("XX") : flags.has("NX") || (flags.has("GT") && score <= old) || (flags.has("LT") && score >= old)) continue;
    if (old === undefined) added += 1;
    else if (old !== score) changed += 1;
    zset.set(member, score);
  }
  keys.deleteIfEmpty(key);
  return flags.has("CH") ? added + changed : added;
}

interface RangeOptions {
  by: "rank" | "score";
  reverse: boolean;
  withScores: boolean;
  offset: number;
  count: number;
}

function zrange(keys: Keyspace, args: readonly string[]): MemoryReply {
  const options = readRangeOptions(args.slice(3));
  const zset = keys.read(requireArg(args, 0), "zset");
  const sorted = [...(zset ?? [])].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : a > b ? 1 : 0));
  if (options.reverse) sorted.reverse();
  const chosen = options.by === "rank" ? sliceByRank(sorted, requireArg(args, 1), requireArg(args, 2)) : sliceByScore(sorted, requireArg(args, 1), requireArg(args, 2), options);
  return chosen.flatMap(([member, score]) => (options.withScores ? [member, formatDouble(score)] : [member]));
}

function readRangeOptions(args: readonly string[]): RangeOptions {
  const options: RangeOptions = { by: "rank", reverse: false, withScores: false, offset: 0, count: -1 };
  let limited = false;
  for (let i = 0; i < args.length; i++) {
    const option = requireArg(args, i).toUpperCase();
    if (option === "BYSCORE") options.by = "score";
    else if (option === "REV") options.reverse = true;
    else if (option === "WITHSCORES") options.withScores = true;
    else if (option === "LIMIT") {
      options.offset = parseInteger(requireArg(args, i + 1));
      options.count = parseInteger(requireArg(args, i + 2));
      limited = true;
      i += 2;
    } else throw new CommandError(SYNTAX_ERROR);
  }
  if (limited && options.by === "rank") throw new CommandError("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  return options;
}

function sliceByRank(sorted: [string, number][], from: string, to: string): [string, number][] {
  const place = (text: string): number => {
    const index = parseInteger(text);
    return index < 0 ? sorted.length + index : index;
  };
  return sorted.slice(Math.max(0, place(from)), Math.max(0, place(to) + 1));
}

function sliceByScore(sorted: [string, number][], from: string, to: string, options: RangeOptions): [string, number][] {
  const [low, high] = options.reverse ? [parseBound(to), parseBound(from)] : [parseBound(from), parseBound(to)];
  const within = sorted.filter(([, score]) => (low.open ? score > low.value : score >= low.value) && (high.open ? score < high.value : score <= high.value));
  if (options.offset < 0) return [];
  return within.slice(options.offset, options.count < 0 ? undefined : options.offset + options.count);
}

function parseBound(text: string): { value: number; open: boolean } {
  const open = text.startsWith("(");
  return { value: parseDouble(open ? text.slice(1) : text), open };
}
