/** A command as a client sends it: its name, then its arguments. */
export type Command = readonly string[];

/** An answer: a Buffer is a bulk string, a string a status such as `OK`, null nothing. */
export type Reply = Buffer | string | number | null | CommandError | Reply[];

/** An error that a command answers with; it begins with a code such as `ERR` or `WRONGTYPE`. */
export class CommandError extends Error {}

/** The engine cannot be reached at the moment. */
export class EngineDown extends Error {}

export interface Engine {
  readonly name: "redis" | "memory";
  /** Runs commands in order as one pipeline, one answer each. Rejects with `EngineDown`. */
  run(commands: readonly Command[]): Promise<Reply[]>;
  /** Runs commands so that no other comes between; a `CommandError` instead of answers when the whole was refused. */
  transaction(commands: readonly Command[]): Promise<Reply[] | CommandError>;
  close(): Promise<void>;
}

/** Commands that would block, reconfigure or take over the connection that all clients share. */
const REFUSED = new Set(
  (
    "SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUNSUBSCRIBE MONITOR BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP XREAD XREADGROUP WAIT WAITAOF " +
    "MULTI EXEC DISCARD WATCH UNWATCH SELECT AUTH HELLO RESET QUIT CLIENT CONFIG DEBUG SHUTDOWN ACL MODULE REPLICAOF SLAVEOF FAILOVER CLUSTER SYNC PSYNC SAVE BGSAVE BGREWRITEAOF LATENCY SLOWLOG SWAPDB"
  ).split(" "),
);

/** The error for a command that a shared connection cannot carry, or null. */
export function refuseCommand(command: Command): CommandError | null {
  const name = (command[0] ?? "").toUpperCase();
  return REFUSED.has(name) ? new CommandError(`ERR Command is not available: '${name}'`) : null;
}
