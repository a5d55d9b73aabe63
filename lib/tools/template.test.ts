import { describe, expect, test } from "vitest";
import type { JsonObject } from "@/lib/tools/schema";
import { appendQuery, fillTemplate, parseTemplate } from "@/lib/tools/template";

function fill(text: string, args: JsonObject): string {
  const template = parseTemplate(text);
  if (typeof template === "string") throw new Error(template);
  const filled = fillTemplate(template, args);
  return typeof filled === "string" ? `refused: ${filled}` : filled.url.href;
}

describe("a template", () => {
  test.each([
    "api.example.com/x", "ftp://example.com/", "https://{host}/x", "https://api.{host}.com/x", "https://example.com:{port}/", "{scheme}://example.com/", "https://user:pass@example.com/", "https://user@example.com/{a}",
    "https://example.com/{a b}", "https://example.com/{a", "https://example.com/a}", "https://example.com/{{a}}", "https://example.com/?{name}=1", "https://example.com/?a={1}", "https://exa mple.com/", "https://", "https:///path", "",
  ])("%j is none", (text) => expect(typeof parseTemplate(text)).toBe("string"));
  test("knows where each argument stands", () => {
    expect(parseTemplate("https://api.example.com:8443/v1/{kind}/{id}?q={query}&sort=new#top")).toEqual({
      origin: "https://api.example.com:8443", path: "/v1/{kind}/{id}", query: [["q", "{query}"], ["sort", "new"]], inPath: ["kind", "id"], inQuery: ["query"],
    });
    expect(parseTemplate("https://api.example.com?q={query}")).toMatchObject({ path: "/", inPath: [], inQuery: ["query"] });
  });
});

describe("filled", () => {
  const item = "https://api.example.com/items/{id}?q={query}";
  test.each<[JsonObject, string]>([
    [{ id: "a b/c?d#e&f", query: "x&y=z#1" }, "https://api.example.com/items/a%20b%2Fc%3Fd%23e%26f?q=x%26y%3Dz%231"],
    [{ id: 7, query: true }, "https://api.example.com/items/7?q=true"],
    [{ id: "ä😀" }, "https://api.example.com/items/%C3%A4%F0%9F%98%80"],
    [{ id: "x", query: null }, "https://api.example.com/items/x"],
    [{ id: "x", query: "" }, "https://api.example.com/items/x?q="],
    [{ id: "\ud800" }, "https://api.example.com/items/%EF%BF%BD"],
    [{ id: "@evil.example" }, "https://api.example.com/items/%40evil.example"],
    [{ id: "$&" }, "https://api.example.com/items/%24%26"],
    [{ id: "..a" }, "https://api.example.com/items/..a"],
    [{ id: "%2e%2e" }, "https://api.example.com/items/%252e%252e"],
  ])("%j is %s", (args, url) => expect(fill(item, args)).toBe(url));
  test.each<JsonObject>([{}, { id: null }, { id: "" }, { id: {} }, { id: ["a"] }, { id: ".." }, { id: "." }, { id: "x", query: {} }])("%j is refused", (args) => expect(fill(item, args)).toMatch(/^refused: /));
  test("two arguments make no way up together", () => {
    expect(fill("https://api.example.com/a/b/{x}{y}/c", { x: ".", y: "." })).toMatch(/^refused: /);
    expect(fill("https://api.example.com/{x}", { x: "/evil.example/" })).toBe("https://api.example.com/%2Fevil.example%2F");
  });
  test("gives back what had no place", () => {
    const template = parseTemplate(item);
    expect(typeof template === "string" ? template : fillTemplate(template, { id: "x", other: [1, "b", null], deep: { a: 1 } })).toMatchObject({ rest: { other: [1, "b", null], deep: { a: 1 } } });
  });
});

test("the rest in a query: lists item by item, anything deeper as JSON, nothing for nothing", () => {
  const url = new URL("https://example.com/?a=1");
  appendQuery(url, { b: [1, "x y", null], c: { d: 1 }, e: null, f: false, g: undefined });
  expect(url.search).toBe("?a=1&b=1&b=x+y&c=%7B%22d%22%3A1%7D&f=false");
});
