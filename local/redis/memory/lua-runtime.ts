import { CommandError } from "../engine";
import { sha1 } from "../scripts";
import type { MemoryReply } from "./command";
import { loadFengari, type LuaFunction, type LuaState } from "./load-fengari";
import { fromBytes, pushReply, readField, readReply, toBytes } from "./lua-values";

/** Runs one command for a script; throws `CommandError`. */
export type ScriptCall = (command: string[]) => MemoryReply;

const MOST_SCRIPTS = 500;
/** Instructions a script may run: a few tenths of a second. Everyone else waits meanwhile. */
const MOST_INSTRUCTIONS = 5_000_000;

/** What Lua 5.1 has and 5.3 has not, doubles out of rounding, and globals that scripts cannot add to. */
const PRELUDE = `
local floor, ceil = math.floor, math.ceil
math.floor = function(x) return floor(x) + 0 end
math.ceil = function(x) return ceil(x) + 0 end
math.pow = function(x, y) return x ^ y end
math.mod = math.fmod
table.getn = function(t) return #t end
unpack = table.unpack
loadstring = load
load, dofile, loadfile, print, collectgarbage = nil, nil, nil, nil, nil
KEYS, ARGV = {}, {}
redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING = 0, 1, 2, 3
redis.log = function() end
redis.replicate_commands = function() return true end
redis.error_reply = function(text) return { err = text } end
redis.status_reply = function(text) return { ok = text } end
setmetatable(_G, {
  __newindex = function(_, name) error("Script attempted to create global variable '" .. tostring(name) .. "'", 2) end,
  __index = function(_, name) error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2) end,
  __metatable = false,
})
`;

/** Runs Redis scripts: one Lua state, each script compiled once. Scripts and strings are byte strings. */
export class LuaRuntime {
  private readonly fengari = loadFengari();
  private readonly state: LuaState;
  /** SHA → reference of the compiled function, least recently used first. */
  private readonly compiled = new Map<string, number>();

  constructor(private readonly call: ScriptCall) {
    const { lua, lauxlib, lualib } = this.fengari;
    this.state = lauxlib.luaL_newstate();
    lauxlib.luaL_requiref(this.state, toBytes("_G"), lualib.luaopen_base, 1);
    lauxlib.luaL_requiref(this.state, toBytes("table"), lualib.luaopen_table, 1);
    lauxlib.luaL_requiref(this.state, toBytes("string"), lualib.luaopen_string, 1);
    lauxlib.luaL_requiref(this.state, toBytes("math"), lualib.luaopen_math, 1);
    lua.lua_createtable(this.state, 0, 12);
    this.define("call", (state) => this.callCommand(state, true));
    this.define("pcall", (state) => this.callCommand(state, false));
    this.define("sha1hex", (state) => {
      lua.lua_pushstring(state, toBytes(sha1(fromBytes(lua.lua_tostring(state, 1)), "latin1")));
      return 1;
    });
    lua.lua_setglobal(this.state, toBytes("redis"));
    lua.lua_settop(this.state, 0);
    this.pushCompiled(PRELUDE, "prelude");
    if (lua.lua_pcall(this.state, 0, 0, 0) !== lua.LUA_OK) throw this.takeError();
  }

  has(sha: string): boolean {
    return this.compiled.has(sha);
  }

  /** Compiles a script unless it is known, and gives its SHA. Throws a `CommandError` where it is no Lua. */
  load(script: string): string {
    const sha = sha1(script, "latin1");
    if (this.compiled.has(sha)) return sha;
    const { lua, lauxlib } = this.fengari;
    lua.lua_settop(this.state, 0);
    this.pushCompiled(script, "user_script");
    this.compiled.set(sha, lauxlib.luaL_ref(this.state, lua.LUA_REGISTRYINDEX));
    const oldest = this.compiled.keys().next().value;
    if (this.compiled.size > MOST_SCRIPTS && oldest !== undefined) this.forget(oldest);
    return sha;
  }

  /** Runs a loaded script. A script's failure is a `CommandError`, returned or thrown. */
  run(sha: string, keys: readonly string[], args: readonly string[]): MemoryReply {
    const { lua, lauxlib } = this.fengari;
    const reference = this.compiled.get(sha);
    if (reference === undefined) throw new CommandError("NOSCRIPT No matching script. Please use EVAL.");
    this.compiled.delete(sha);
    this.compiled.set(sha, reference);
    lua.lua_settop(this.state, 0);
    this.setList("KEYS", keys);
    this.setList("ARGV", args);
    const stop = (state: LuaState): void => void lauxlib.luaL_error(state, toBytes("script ran for too long"));
    lua.lua_sethook(this.state, stop, lua.LUA_MASKCOUNT, MOST_INSTRUCTIONS);
    lua.lua_rawgeti(this.state, lua.LUA_REGISTRYINDEX, reference);
    if (lua.lua_pcall(this.state, 0, 1, 0) !== lua.LUA_OK) throw this.takeError();
    const reply = readReply(lua, this.state);
    lua.lua_settop(this.state, 0);
    return reply;
  }

  /** Forgets every script. */
  flush(): void {
    for (const sha of [...this.compiled.keys()]) this.forget(sha);
  }

  private forget(sha: string): void {
    const { lua, lauxlib } = this.fengari;
    const reference = this.compiled.get(sha);
    if (reference !== undefined) lauxlib.luaL_unref(this.state, lua.LUA_REGISTRYINDEX, reference);
    this.compiled.delete(sha);
  }

  private define(name: string, run: LuaFunction): void {
    this.fengari.lua.lua_pushcfunction(this.state, run);
    this.fengari.lua.lua_setfield(this.state, -2, toBytes(name));
  }

  private setList(name: string, items: readonly string[]): void {
    const { lua } = this.fengari;
    lua.lua_rawgeti(this.state, lua.LUA_REGISTRYINDEX, lua.LUA_RIDX_GLOBALS);
    lua.lua_pushstring(this.state, toBytes(name));
    pushReply(lua, this.state, [...items]);
    // Raw, because a script may have set the global to nil, and the guard on new globals would object.
    lua.lua_rawset(this.state, -3);
    lua.lua_settop(this.state, 0);
  }

  private pushCompiled(script: string, name: string): void {
    const { lua, lauxlib } = this.fengari;
    const code = toBytes(script);
    if (lauxlib.luaL_loadbuffer(this.state, code, code.length, toBytes(`=${name}`)) === lua.LUA_OK) return;
    const message = fromBytes(lua.lua_tostring(this.state, -1));
    lua.lua_settop(this.state, 0);
    throw new CommandError(`ERR Error compiling script (new function): ${message}`);
  }

  private callCommand(state: LuaState, raise: boolean): number {
    const { lua } = this.fengari;
    const reply = this.tryCommand(state);
    lua.lua_settop(state, 0);
    pushReply(lua, state, reply);
    return reply instanceof CommandError && raise ? lua.lua_error(state) : 1;
  }

  private tryCommand(state: LuaState): MemoryReply {
    const { lua } = this.fengari;
    const command: string[] = [];
    for (let i = 1; i <= lua.lua_gettop(state); i++) {
      const type = lua.lua_type(state, i);
      if (type === lua.LUA_TNUMBER) command.push(String(lua.lua_tonumber(state, i)));
      else if (type === lua.LUA_TSTRING) command.push(fromBytes(lua.lua_tostring(state, i)));
      else return new CommandError("ERR Lua redis lib command arguments must be strings or integers");
    }
    if (command.length === 0) return new CommandError("ERR Please specify at least one argument for this redis.call() call");
    try {
      return this.call(command);
    } catch (cause) {
      if (cause instanceof CommandError) return cause;
      throw cause;
    }
  }

  /** The error on top of the stack. */
  private takeError(): CommandError {
    const { lua } = this.fengari;
    const isTable = lua.lua_type(this.state, -1) === lua.LUA_TTABLE;
    const message = isTable ? readField(lua, this.state, "err") : `ERR ${fromBytes(lua.lua_tostring(this.state, -1))}`;
    lua.lua_settop(this.state, 0);
    return new CommandError(message ?? "ERR unknown error in script");
  }
}
