import { afterEach, describe, expect, it } from "vitest";
import { CommandError, type Engine } from "../engine";
import { compileGlob } from "./glob";
import { openMemoryEngine } from "./memory-engine";

let engine: Engine;
afterEach(() => engine.close());

describe("openMemoryEngine", () => {
  it("drops keys with an expiry when memory is full, and refuses writes when none are left", async () => {
    engine = openMemoryEngine(200_000);
    const value = "x".repeat(1_000);
    await engine.run([["SET", "stays", value]]);
    for (let i = 0; i < 1_000; i++) expect(await engine.run([["SET", `k${i}`, value, "EX", "1000"]])).toEqual(["OK"]);
    const [count, kept, newest, oldest] = await engine.run([["DBSIZE"], ["EXISTS", "stays"], ["EXISTS", "k999"], ["EXISTS", "k0"]]);
    expect(count).toBeLessThan(200);
    expect([kept, newest, oldest]).toEqual([1, 1, 0]);

    const replies = await engine.run(Array.from({ length: 1_000 }, (_, i) => ["SET", `forever${i}`, value]));
    expect(replies.at(-1)).toEqual(new CommandError("OOM command not allowed when used memory > 'maxmemory'."));
    expect(await engine.run([["FLUSHALL"], ["SET", "k", value]])).toEqual(["OK", "OK"]);
  });

  it("stops a script that does not end, and goes on working", async () => {
    engine = openMemoryEngine();
    const [reply] = await engine.run([["EVAL", "while true do end", "0"]]);
    expect(reply).toEqual(new CommandError("ERR script ran for too long"));
    expect(await engine.run([["EVAL", "return 7", "0"]])).toEqual([7]);
  });

  it("survives a script that spoils its own globals", async () => {
    engine = openMemoryEngine();
    await engine.run([["EVAL", "KEYS = nil ARGV = nil", "0"]]);
    expect(await engine.run([["EVAL", "return #KEYS", "1", "a"]])).toEqual([1]);
  });

  it("counts beyond 32 bits, exactly to 53", async () => {
    engine = openMemoryEngine();
    const replies = await engine.run([["SET", "n", "9007199254740990"], ["INCR", "n"], ["INCR", "n"], ["GET", "n"]]);
    expect(replies).toEqual(["OK", 9_007_199_254_740_991, new CommandError("ERR increment or decrement would overflow"), Buffer.from("9007199254740991")]);
  });
});

it.each([
  ["user:*", "user:1", true],
  ["user:?", "user:12", false],
  ["h[a-c]llo", "hbllo", true],
  ["h[^a]llo", "hallo", false],
  ["a\\*b", "a*b", true],
  ["a\\*b", "axb", false],
  ["a.b", "axb", false],
  ["[", "[", true],
])("glob %s on %s is %s", (pattern, text, matches) => {
  engine = openMemoryEngine();
  expect(compileGlob(pattern)(text)).toBe(matches);
});
