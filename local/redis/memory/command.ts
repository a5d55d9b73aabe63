import { CommandError } from "../engine";
import type { Keyspace } from "./keyspace";

/** A status such as `OK`, to tell it from a string that happens to say the same. */
export class Status {
  constructor(readonly text: string) {}
}
export const OK = new Status("OK");

/** An answer inside the memory engine; strings are byte strings. */
export type MemoryReply = string | number | null | Status | CommandError | MemoryReply[];

export interface CommandDefinition {
  /** Fewest arguments after the name. */
  least: number;
  /** Most arguments after the name; no limit when absent. */
  most?: number;
  /** Whether it may make the data grow. */
  grows?: boolean;
  run(keys: Keyspace, args: readonly string[]): MemoryReply;
}
export type CommandTable = Readonly<Record<string, CommandDefinition>>;

export const SYNTAX_ERROR = "ERR syntax error";

/** The argument at `index`; throws a syntax error when it is missing. */
export function requireArg(args: readonly string[], index: number): string {
  const arg = args[index];
  if (arg === undefined) throw new CommandError(SYNTAX_ERROR);
  return arg;
}

/** A whole number as Redis reads one. Exact up to 2^53. */
export function parseInteger(text: string): number {
  const value = /^(?:0|-?[1-9]\d{0,18})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new CommandError("ERR value is not an integer or out of range");
  return value;
}

/** A number as Redis reads one, infinities included. */
export function parseDouble(text: string): number {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new CommandError("ERR value is not a valid float");
  return value;
}

/** A number as Redis writes one. */
export function formatDouble(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "inf";
  return value === Number.NEGATIVE_INFINITY ? "-inf" : String(value);
}

/** Splits `a 1 b 2` into pairs; throws when one is left over. */
export function readPairs(args: readonly string[], name: string): [string, string][] {
  if (args.length === 0 || args.length % 2 === 1) throw wrongArity(name);
  const pairs: [string, string][] = [];
  for (let i = 0; i < args.length; i += 2) pairs.push([requireArg(args, i), requireArg(args, i + 1)]);
  return pairs;
}

export function wrongArity(name: string): CommandError {
  return new CommandError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
}
