import { CommandError, refuseCommand, type Command, type Engine, type Reply } from "../engine";
import { OK, parseInteger, Status, wrongArity, type CommandTable, type MemoryReply } from "./command";
import { HASH_COMMANDS } from "./hash-commands";
import { KEY_COMMANDS } from "./key-commands";
import { Keyspace } from "./keyspace";
import { LuaRuntime } from "./lua-runtime";
import { NATIVE_SCRIPTS, type NativeScript } from "./native-scripts";
import { SET_COMMANDS } from "./set-commands";
import { STRING_COMMANDS } from "./string-commands";

const MAX_BYTES = 128 * 1024 * 1024;
const SWEEP_MS = 5_000;
const COMMANDS: ReadonlyMap<string, CommandTable[string]> = new Map(
  Object.entries({ ...KEY_COMMANDS, ...STRING_COMMANDS, ...HASH_COMMANDS, ...SET_COMMANDS }),
);

/**
 * The part of Redis that rate limits and an application's cache need, inside this process, for machines without Redis.
 * Commands given together run in one turn of the event loop, so nothing comes between them.
 * @param maxBytes about how much memory the data may take
 * @param native scripts that are run without the interpreter, once they were loaded as any other
 */
export function openMemoryEngine(maxBytes = MAX_BYTES, native: ReadonlyMap<string, NativeScript> = NATIVE_SCRIPTS): Engine {
  const keys = new Keyspace(maxBytes);
  const lua = new LuaRuntime((command) => {
    const name = (command[0] ?? "").toUpperCase();
    if (!COMMANDS.has(name)) throw new CommandError("ERR Unknown Redis command called from script");
    return runPlain(keys, name, command);
  });
  const sweeper = setInterval(() => keys.sweep(), SWEEP_MS);
  sweeper.unref();

  const execute = (command: Command): Reply => {
    const refusal = refuseCommand(command);
    if (refusal) return refusal;
    const bytes = command.map(toByteString);
    const name = (bytes[0] ?? "").toUpperCase();
    try {
      return toReply(SCRIPT_COMMANDS.has(name) ? runScript({ lua, keys, native }, name, bytes) : runPlain(keys, name, bytes));
    } catch (cause) {
      if (cause instanceof CommandError) return cause;
      throw cause;
    }
  };
  return {
    name: "memory",
    run: async (commands) => commands.map(execute),
    transaction: async (commands) => {
      // As Redis does while queueing: a command it cannot know discards the whole.
      const unknown = commands.find((command) => !isKnown((command[0] ?? "").toUpperCase()));
      if (unknown) return new CommandError("EXECABORT Transaction discarded because of previous errors.");
      return commands.map(execute);
    },
    close: async () => clearInterval(sweeper),
  };
}

const SCRIPT_COMMANDS = new Set(["EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "SCRIPT"]);

function isKnown(name: string): boolean {
  return COMMANDS.has(name) || SCRIPT_COMMANDS.has(name);
}

function runPlain(keys: Keyspace, name: string, command: readonly string[]): MemoryReply {
  const definition = COMMANDS.get(name);
  if (!definition) {
    const shown = command.slice(1, 4).map((arg) => `'${arg.slice(0, 128)}' `).join("");
    throw new CommandError(`ERR unknown command '${command[0]?.slice(0, 128) ?? ""}', with args beginning with: ${shown}`);
  }
  const args = command.slice(1);
  if (args.length < definition.least || args.length > (definition.most ?? Number.POSITIVE_INFINITY)) throw wrongArity(name);
  if (definition.grows) keys.reserve(args.reduce((sum, arg) => sum + arg.length, 0));
  return definition.run(keys, args);
}

type ScriptHost = { lua: LuaRuntime; keys: Keyspace; native: ReadonlyMap<string, NativeScript> };

function runScript({ lua, keys, native }: ScriptHost, name: string, command: readonly string[]): MemoryReply {
  if (name === "SCRIPT") return manageScripts(lua, command.slice(1));
  const [, script, count, ...rest] = command;
  if (script === undefined || count === undefined) throw wrongArity(name);
  const keyCount = parseInteger(count);
  if (keyCount < 0) throw new CommandError("ERR Number of keys can't be negative");
  if (keyCount > rest.length) throw new CommandError("ERR Number of keys can't be greater than number of args");
  const sha = name.startsWith("EVALSHA") ? script.toLowerCase() : lua.load(script);
  const [names, args] = [rest.slice(0, keyCount), rest.slice(keyCount)];
  const known = lua.has(sha) ? native.get(sha) : undefined;
  return known ? known(keys, names, args) : lua.run(sha, names, args);
}

function manageScripts(lua: LuaRuntime, [verb = "", ...args]: string[]): MemoryReply {
  switch (verb.toUpperCase()) {
    case "LOAD":
      if (args[0] === undefined) throw wrongArity("script|load");
      return lua.load(args[0]);
    case "EXISTS":
      return args.map((sha) => Number(lua.has(sha.toLowerCase())));
    case "FLUSH":
      lua.flush();
      return OK;
    default:
      throw new CommandError(`ERR unknown subcommand '${verb}'. Try SCRIPT HELP.`);
  }
}

/** The UTF-8 bytes of a text, one character for each. */
function toByteString(text: string): string {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return Buffer.from(text, "utf8").toString("latin1");
  return text;
}

function toReply(reply: MemoryReply): Reply {
  if (typeof reply === "string") return Buffer.from(reply, "latin1");
  if (reply instanceof Status) return reply.text;
  return Array.isArray(reply) ? reply.map(toReply) : reply;
}
