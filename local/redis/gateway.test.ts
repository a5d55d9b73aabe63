import type { Server } from "node:http";
import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listen } from "../serve";
import { chooseEngine } from "./choose-engine";
import type { Engine } from "./engine";
import { createGateway } from "./gateway";
import { openMemoryEngine } from "./memory/memory-engine";
import { findRedisBinary } from "./redis-child";
import { sha1 } from "./scripts";

const searchPath = process.env.PATH ?? "";
const hasRedis = (await findRedisBinary(searchPath)) !== null;
const engines: [string, () => Promise<Engine>][] = [["memory", async () => openMemoryEngine()]];
if (hasRedis) engines.push(["redis", () => chooseEngine({ redisUrl: null, searchPath, dataFolder: null })]);

describe.each(engines)("the gateway over %s", (name, openEngine) => {
  const token = "secret";
  let engine: Engine;
  let server: Server;
  let url: string;
  let redis: Redis;

  beforeAll(async () => {
    engine = await openEngine();
    server = createGateway({ token, engine });
    const { port } = await listen(server, 0, "127.0.0.1");
    url = `http://127.0.0.1:${port}`;
    redis = new Redis({ url, token, automaticDeserialization: false });
  });
  beforeEach(async () => {
    await redis.flushall();
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await engine.close();
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}${path}`, { method: "POST", headers: { authorization: `Bearer ${token}`, ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) });
  const ask = async (...command: unknown[]): Promise<unknown> => (await post("/", command)).json();

  it("says which engine it has", async () => {
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ engine: name });
  });

  it.each([["plain"], ["Grüße, 猫 😀"], ["\u0000\u0001\uffff"], ["OK"], [""], ["T0s="], [" 12 "]])("keeps the string %j", async (text) => {
    await redis.set("k", text);
    expect(await redis.get("k")).toBe(text);
    expect(await redis.mget("k", "missing")).toEqual([text, null]);
    await redis.hset("h", { [text || "empty"]: text });
    expect(await redis.hget("h", text || "empty")).toBe(text);
  });

  it("answers as Upstash does, in base64 and without", async () => {
    expect(await ask("SET", "k", "ü")).toEqual({ result: "OK" });
    expect(await ask("GET", "k")).toEqual({ result: "ü" });
    const base64 = { "upstash-encoding": "base64" };
    expect(await (await post("/", ["GET", "k"], base64)).json()).toEqual({ result: Buffer.from("ü").toString("base64") });
    expect(await (await post("/", ["SET", "k", 1], base64)).json()).toEqual({ result: "OK" });
    expect(await (await post("/", ["PING"], base64)).json()).toEqual({ result: Buffer.from("PONG").toString("base64") });
    expect(await redis.ping()).toBe("PONG");
    expect(await ask("GET", "none")).toEqual({ result: null });
  });

  it("refuses what it cannot take", async () => {
    expect((await fetch(url, { method: "POST", body: '["PING"]' })).status).toBe(401);
    for (const body of ["{", "{}", "[]", '"PING"']) expect((await post("/", body)).status).toBe(400);
    expect((await post("/nowhere", [["PING"]])).status).toBe(404);
    const unknown = await post("/", ["NOSUCH", "a"]);
    expect(unknown.status).toBe(400);
    expect(await readError(unknown)).toMatch(/^ERR unknown command 'NOSUCH', with args beginning with: 'a'/);
    expect(await ask("SUBSCRIBE", "x")).toEqual({ error: "ERR Command is not available: 'SUBSCRIBE'" });
    expect(await ask("GET")).toEqual({ error: "ERR wrong number of arguments for 'get' command" });
  });

  it("answers a pipeline item by item, failures included", async () => {
    const response = await post("/pipeline", [["SET", "s", "text"], ["INCR", "s"], ["SUBSCRIBE", "x"], ["GET", "s"]]);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual([
      { result: "OK" },
      { error: "ERR value is not an integer or out of range" },
      { error: "ERR Command is not available: 'SUBSCRIBE'" },
      { result: "text" },
    ]);
    expect(await redis.pipeline().incr("n").incr("n").exec()).toEqual([1, 2]);
    expect(await (await post("/pipeline", [])).json()).toEqual([]);
  });

  it("runs a transaction whole or not at all", async () => {
    expect(await redis.multi().set("a", "1").incr("a").get("a").exec()).toEqual(["OK", 2, "2"]);
    expect(await (await post("/multi-exec", [["SET", "s", "x"], ["INCR", "s"]])).json()).toEqual([{ result: "OK" }, { error: "ERR value is not an integer or out of range" }]);
    const refused = await post("/multi-exec", [["SET", "t", "1"], ["NOSUCH"]]);
    expect(refused.status).toBe(400);
    expect(await readError(refused)).toContain("EXECABORT");
    expect(await redis.get("t")).toBeNull();
  });

  it.each<[unknown[][], unknown]>([
    [[["SET", "k", "a", "NX"], ["SET", "k", "b", "NX"], ["SET", "k", "c", "XX", "GET"], ["GETDEL", "k"], ["EXISTS", "k"]], ["OK", null, "a", "c", 0]],
    [[["SET", "k", "1", "EX", "100"], ["SET", "k", "2", "KEEPTTL"], ["TTL", "k"], ["INCRBY", "k", "-5"], ["TTL", "k"], ["SET", "k", "3"], ["PTTL", "k"]], ["OK", "OK", 100, -3, 100, "OK", -1]],
    [[["MSET", "a", "1", "b", "2"], ["DECR", "a"], ["DEL", "a", "b", "c"], ["TTL", "a"]], ["OK", 0, 2, -2]],
    [[["SET", "k", "1"], ["PEXPIREAT", "k", "1"], ["GET", "k"], ["EXPIRE", "k", "5"]], ["OK", 1, null, 0]],
    [[["HSET", "h", "a", "1", "b", "2"], ["HMSET", "h", "c", "3"], ["HMGET", "h", "a", "x"], ["HINCRBY", "h", "a", "4"], ["HDEL", "h", "b", "c", "z"], ["HGETALL", "h"], ["TYPE", "h"]], [2, "OK", ["1", null], 5, 2, ["a", "5"], "hash"]],
    [[["HSET", "h", "a", "1"], ["HDEL", "h", "a"], ["EXISTS", "h"], ["HGETALL", "h"]], [1, 1, 0, []]],
    [[["SADD", "s", "x", "y", "x"], ["SISMEMBER", "s", "x"], ["SREM", "s", "x", "q"], ["SMEMBERS", "s"]], [2, 1, 1, ["y"]]],
    [[["ZADD", "z", "2", "b", "1", "a", "2", "aa"], ["ZRANGE", "z", "0", "-1", "WITHSCORES"], ["ZINCRBY", "z", "1.5", "a"], ["ZSCORE", "z", "a"], ["ZRANGE", "z", "(2", "+inf", "BYSCORE"], ["ZRANGE", "z", "0", "0", "REV"], ["ZREM", "z", "a"], ["ZSCORE", "z", "a"]], [3, ["a", "1", "aa", "2", "b", "2"], "2.5", "2.5", ["a"], ["a"], 1, null]],
    [[["ZADD", "z", "1", "a"], ["ZADD", "z", "NX", "5", "a"], ["ZADD", "z", "GT", "CH", "3", "a", "9", "b"], ["ZRANGE", "z", "0", "-1"]], [1, 0, 2, ["a", "b"]]],
    [[["SET", "user:1", "x"], ["SET", "user:2", "x"], ["SET", "other", "x"], ["SCAN", "0", "MATCH", "user:[2-9]", "COUNT", "1000"], ["KEYS", "o*r"], ["DBSIZE"]], ["OK", "OK", "OK", ["0", ["user:2"]], ["other"], 3]],
    [[["ECHO", "hi"], ["TYPE", "none"], ["PING", "x"]], ["hi", "none", "x"]],
  ])("runs %j", async (commands, expected) => {
    const items: unknown = await (await post("/pipeline", commands)).json();
    expect(items).toEqual((expected as unknown[]).map((result) => ({ result })));
  });

  it.each([
    [["SADD", "k", "x"], ["GET", "k"], "WRONGTYPE"],
    [["SET", "k", "x"], ["HGET", "k", "f"], "WRONGTYPE"],
    [["SET", "k", "9007199254740993"], ["SET", "k", "v", "EX", "0"], "ERR invalid expire"],
    [["SET", "k", "1.5"], ["INCR", "k"], "ERR value is not an integer"],
    [["SET", "k", "1"], ["SET", "k", "1", "EX"], "ERR syntax error"],
    [["SET", "k", "1"], ["ZADD", "z", "nan?", "m"], "ERR value is not a valid float"],
  ])("after %j answers %j with %s", async (before, command, error) => {
    await ask(...before);
    expect(await readError(await post("/", command))).toContain(error);
  });

  it("lets keys expire", async () => {
    await redis.set("k", "v", { px: 30 });
    await expect.poll(() => redis.get("k"), { timeout: 3_000, interval: 10 }).toBeNull();
  });

  describe("scripts", () => {
    it.each<[string, unknown]>([
      ["return 3.99", 3],
      ["return {1, 'a', false, 2}", [1, "a", null, 2]],
      ["return {1, nil, 3}", [1]],
      ["return true", 1],
      ["return false", null],
      ["return {ok='FINE'}", "FINE"],
      ["return redis.call('GET', KEYS[2]) == false", 1],
      ["return redis.call('SET', KEYS[1], 1.0 * 86400000 * 365)", "OK"],
      ["redis.call('SET', KEYS[1], ARGV[1] * 60 * 1000) return redis.call('GET', KEYS[1])", "3600000000"],
      ["return tonumber(ARGV[1]) * 86400000 * 2", 60_000 * 86_400_000 * 2],
      ["return tostring(7) .. ':' .. 2 * 4", "7:8"],
      ["return {math.floor(7.9) * 1000000000000, math.ceil(0.1), #ARGV[2]}", [7_000_000_000_000, 1, 4]],
      ["local t = redis.call('HMGET', KEYS[1], 'a', 'b') return {t[1] == false, #t}", [1, 2]],
      ["return redis.pcall('NOSUCH').err ~= nil", 1],
      ["local n = 0 for i = 1, 10 do n = n + i end return n", 55],
      ["return {unpack({1, 2})}", [1, 2]],
      ["return ARGV[2]", "ü猫".slice(0, 1) + "ab"],
      ["return redis.sha1hex('')", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
    ])("%s", async (script, expected) => {
      expect(await ask("EVAL", script, "2", "k", "none", "60000", "üab")).toEqual({ result: expected });
    });

    it("knows a script by its SHA once it has seen it", async () => {
      const script = "return ARGV[1]";
      await redis.scriptFlush();
      expect(await readError(await post("/", ["EVALSHA", sha1(script), "0", "x"]))).toMatch(/^NOSCRIPT/);
      expect(await redis.eval(script, [], ["x"])).toBe("x");
      expect(await redis.evalsha(sha1(script), [], ["y"])).toBe("y");
      expect(await redis.scriptExists(sha1(script), sha1("other"))).toEqual([1, 0]);
      expect(await redis.scriptLoad("return 2")).toBe(sha1("return 2"));
    });

    it("takes a script with Upstash's own flag under the SHA that its client uses", async () => {
      const script = "#!lua flags=allow-key-locking\nreturn 'here'";
      await redis.scriptFlush();
      expect(await readError(await post("/", ["EVALSHA", sha1(script), "0"]))).toMatch(/^NOSCRIPT/);
      expect(await ask("EVAL", script, "0")).toEqual({ result: "here" });
      expect(await ask("EVALSHA", sha1(script), "0")).toEqual({ result: "here" });
      expect(await redis.scriptLoad(script)).toBe(sha1(script));
      expect(await redis.scriptExists(sha1(script))).toEqual([1]);
    });

    it.each([
      ["return redis.call('INCR', KEYS[1], 'extra')", /^ERR wrong number of arg/i],
      ["return +", /^ERR Error compiling script/],
      ["error('boom')", /boom/],
      ["return redis.error_reply('MINE told')", /^MINE told/],
      ["return undefined_name", /nonexistent global/],
      ["created = 1", /(create global|readonly)/i],
    ])("%s is an error", async (script, error) => {
      expect(await readError(await post("/", ["EVAL", script, "1", "k"]))).toMatch(error);
    });
  });
});

/** The error that a failed command answers with. */
async function readError(response: Response): Promise<string> {
  // Any other JSON gives undefined, which no comparison accepts.
  return ((await response.json()) as { error: string }).error;
}
