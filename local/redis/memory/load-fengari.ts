import { createRequire } from "node:module";

declare const stateBrand: unique symbol;
/** A Lua state; only handed back to the library. */
export interface LuaState {
  readonly [stateBrand]: true;
}
export type LuaFunction = (state: LuaState) => number;

/** The part of fengari's C-like API that the engine uses. Strings are bytes; indices and counts are the C API's. */
export interface Fengari {
  lua: {
    LUA_OK: number;
    LUA_REGISTRYINDEX: number;
    LUA_RIDX_GLOBALS: number;
    LUA_MASKCOUNT: number;
    LUA_TBOOLEAN: number;
    LUA_TNUMBER: number;
    LUA_TSTRING: number;
    LUA_TTABLE: number;
    lua_createtable(state: LuaState, items: number, fields: number): void;
    lua_error(state: LuaState): number;
    lua_getfield(state: LuaState, index: number, name: Uint8Array): number;
    lua_gettop(state: LuaState): number;
    lua_pcall(state: LuaState, args: number, results: number, handler: number): number;
    lua_pop(state: LuaState, count: number): void;
    lua_pushboolean(state: LuaState, value: boolean): void;
    lua_pushcfunction(state: LuaState, run: LuaFunction): void;
    lua_pushnumber(state: LuaState, value: number): void;
    lua_pushstring(state: LuaState, value: Uint8Array): void;
    lua_rawgeti(state: LuaState, index: number, item: number): number;
    lua_rawset(state: LuaState, index: number): void;
    lua_rawseti(state: LuaState, index: number, item: number): void;
    lua_setfield(state: LuaState, index: number, name: Uint8Array): void;
    lua_setglobal(state: LuaState, name: Uint8Array): void;
    lua_sethook(state: LuaState, hook: ((state: LuaState) => void) | null, mask: number, count: number): void;
    lua_settop(state: LuaState, index: number): void;
    lua_toboolean(state: LuaState, index: number): boolean;
    lua_tonumber(state: LuaState, index: number): number;
    lua_tostring(state: LuaState, index: number): Uint8Array | null;
    lua_type(state: LuaState, index: number): number;
  };
  lauxlib: {
    luaL_error(state: LuaState, message: Uint8Array): number;
    luaL_loadbuffer(state: LuaState, code: Uint8Array, size: number, name: Uint8Array): number;
    luaL_newstate(): LuaState;
    luaL_ref(state: LuaState, index: number): number;
    luaL_requiref(state: LuaState, name: Uint8Array, open: LuaFunction, global: number): void;
    luaL_unref(state: LuaState, index: number, reference: number): void;
  };
  lualib: Record<"luaopen_base" | "luaopen_table" | "luaopen_string" | "luaopen_math", LuaFunction>;
}

interface LuaValue {
  value: unknown;
  ttisinteger(): boolean;
  setfltvalue(value: number): void;
}
interface LuaObjects {
  luaO_str2num: (text: Uint8Array, target: LuaValue) => number;
}

/**
 * Loads the Lua interpreter, with numbers as Redis' Lua 5.1 has them. fengari is Lua 5.3 with 32-bit integers, in which
 * a window in milliseconds times a number of windows would wrap around; read as floating point from the start, every
 * number is a double, exact to 2^53, and prints without `.0`.
 */
export function loadFengari(): Fengari {
  const require = createRequire(import.meta.url);
  const before = process.env.FENGARICONF;
  // The library reads this once, while it loads; there is no other way to say it.
  process.env.FENGARICONF = JSON.stringify({ LUA_COMPAT_FLOATSTRING: true });
  try {
    // Untyped package; the interfaces above are what its documentation promises.
    const fengari = require("fengari") as Fengari;
    const objects = require("fengari/src/lobject.js") as LuaObjects;
    const readNumber = objects.luaO_str2num;
    objects.luaO_str2num = (text, target) => {
      const size = readNumber(text, target);
      if (size > 0 && target.ttisinteger()) target.setfltvalue(Number(target.value));
      return size;
    };
    return fengari;
  } finally {
    if (before === undefined) delete process.env.FENGARICONF;
    else process.env.FENGARICONF = before;
  }
}
