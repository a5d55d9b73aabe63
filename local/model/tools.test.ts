import { describe, expect, it } from "vitest";
import type { Tool } from "./request";
import { chooseToolCalls } from "./tools";

function tool(name: string, properties: Record<string, object>, required = Object.keys(properties)): Tool {
  return { type: "function", function: { name, parameters: { type: "object", properties, required } } };
}
const called = (tools: Tool[], text: string): [string, unknown][] =>
  chooseToolCalls(tools, "auto", text).map((call) => [call.name, JSON.parse(call.arguments)]);

const weather = tool("get_weather", { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] }, days: { type: "integer" } }, ["city", "unit"]);
const fetchPage = tool("fetch_page", { url: { type: "string", format: "uri" } });

describe("chooseToolCalls", () => {
  it("calls a tool that the text names, with what the text gives", () => {
    expect(called([weather], "Please get weather, city: Oslo, in celsius; days: 3")).toEqual([["get_weather", { city: "Oslo", unit: "celsius", days: 3 }]]);
  });

  it("makes nothing up", () => {
    expect(called([weather], "Use get_weather in celsius.")).toEqual([]);
    expect(called([weather], "What is it like in Oslo?")).toEqual([]);
  });

  it("calls a tool that wants a URL when there is one", () => {
    expect(called([fetchPage], "Read https://example.com/a?b=1.")).toEqual([["fetch_page", { url: "https://example.com/a?b=1" }]]);
    expect(called([fetchPage], "Read the page.")).toEqual([]);
  });

  it("passes the whole text where that is what is asked for", () => {
    const researcher = tool("researcher", { input: { type: "string" } });
    expect(called([researcher], "Ask the researcher about tides.")).toEqual([["researcher", { input: "Ask the researcher about tides." }]]);
  });

  it("obeys tool_choice", () => {
    const text = "Read https://example.com/";
    expect(chooseToolCalls([fetchPage], "none", text)).toEqual([]);
    const echo = tool("echo", { text: { type: "string" } });
    const forced = chooseToolCalls([fetchPage, echo], { type: "function", function: { name: "echo" } }, text);
    expect(forced.map((call) => call.name)).toEqual(["echo"]);
    expect(chooseToolCalls([echo], "required", "anything").map((call) => call.name)).toEqual(["echo"]);
  });
});
