import { CommandError } from "../engine";
import { Status, type MemoryReply } from "./command";
import type { Fengari, LuaState } from "./load-fengari";

const DEEPEST = 64;

/** A byte string as the bytes Lua wants. */
export function toBytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** Lua's bytes as a byte string. */
export function fromBytes(bytes: Uint8Array | null): string {
  return bytes === null ? "" : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Pushes a command's answer the way Redis shows it to a script: nothing is `false`, a status `{ok=…}`, an error `{err=…}`. */
export function pushReply(lua: Fengari["lua"], state: LuaState, reply: MemoryReply): void {
  if (reply === null) lua.lua_pushboolean(state, false);
  else if (typeof reply === "number") lua.lua_pushnumber(state, reply);
  else if (typeof reply === "string") lua.lua_pushstring(state, toBytes(reply));
  else if (reply instanceof Status) pushField(lua, state, "ok", reply.text);
  else if (reply instanceof CommandError) pushField(lua, state, "err", reply.message);
  else pushList(lua, state, reply);
}

function pushList(lua: Fengari["lua"], state: LuaState, items: MemoryReply[]): void {
  lua.lua_createtable(state, items.length, 0);
  for (const [i, item] of items.entries()) {
    pushReply(lua, state, item);
    lua.lua_rawseti(state, -2, i + 1);
  }
}

function pushField(lua: Fengari["lua"], state: LuaState, name: string, text: string): void {
  lua.lua_createtable(state, 0, 1);
  lua.lua_pushstring(state, toBytes(text));
  lua.lua_setfield(state, -2, toBytes(name));
}

/**
 * The value on top of the stack as an answer, the way Redis reads what a script returns: numbers lose their fraction,
 * `true` is 1, `false` and `nil` are nothing, a table is a list up to its first gap unless it says `err` or `ok`.
 */
export function readReply(lua: Fengari["lua"], state: LuaState, depth = 0): MemoryReply {
  if (depth > DEEPEST) return new CommandError("ERR reached lua stack limit");
  switch (lua.lua_type(state, -1)) {
    case lua.LUA_TNUMBER:
      return Math.trunc(lua.lua_tonumber(state, -1)) || 0;
    case lua.LUA_TSTRING:
      return fromBytes(lua.lua_tostring(state, -1));
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(state, -1) ? 1 : null;
    case lua.LUA_TTABLE:
      return readTable(lua, state, depth);
    default:
      return null;
  }
}

function readTable(lua: Fengari["lua"], state: LuaState, depth: number): MemoryReply {
  const error = readField(lua, state, "err");
  if (error !== null) return new CommandError(error);
  const status = readField(lua, state, "ok");
  if (status !== null) return new Status(status);
  const items: MemoryReply[] = [];
  for (let i = 1; ; i++) {
    const type = lua.lua_rawgeti(state, -1, i);
    // 0 is nil: the list ends here.
    if (type !== 0) items.push(readReply(lua, state, depth + 1));
    lua.lua_pop(state, 1);
    if (type === 0) return items;
  }
}

/** A table's string field, or null. */
export function readField(lua: Fengari["lua"], state: LuaState, name: string): string | null {
  const type = lua.lua_getfield(state, -1, toBytes(name));
  const text = type === lua.LUA_TSTRING ? fromBytes(lua.lua_tostring(state, -1)) : null;
  lua.lua_pop(state, 1);
  return text;
}
