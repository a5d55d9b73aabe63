/** An agent that works through the running application: its own tools, an MCP server's, and another agent. */
import { expect, test } from "@playwright/test";
import { startMcpServer, type McpTestServer } from "../fixtures/mcp-server";
import { startToolServer, type ToolServer } from "../fixtures/tool-server";
import { makeWorkspace, type Workspace } from "../fixtures/workspace";
import { call, json } from "./client";

type Step = { seq: number; kind: string; name: string; output: string; ok: boolean | null; arguments: string | null; child_run_id: string | null };
type WorkedRun = { id: string; status: string; output: string | null; parent_run_id: string | null; previous_run_id: string | null; agent_version: number; steps: Step[]; input: string; content_deleted_at: string | null };

let one: Workspace;
let http: ToolServer;
let mcp: McpTestServer;
test.beforeAll(async () => {
  one = await makeWorkspace();
  http = await startToolServer();
  mcp = await startMcpServer();
});
test.afterAll(async () => {
  mcp.close();
  await http.close();
});

const post = async <T>(path: string, body: unknown): Promise<T> => {
  const response = await call("POST", `/api/v1${path}`, { key: one.secret, body });
  expect(response.status).toBe(201);
  return json<T>(response);
};
const run = (agent: string, input: string, more: object = {}) => post<WorkedRun>("/runs", { agent, input, wait: true, ...more });

test("calls an HTTP endpoint, an MCP server and another agent in one run, each a step that can be read", async () => {
  const weather = await post<{ id: string }>("/tools", { kind: "http", name: "weather", description: "Tells the weather.", url: http.url("/weather"), method: "GET" });
  const math = await post<{ id: string }>("/tools", { kind: "mcp", name: "math", description: "Sums.", url: mcp.url });
  const helper = await post<{ id: string }>("/agents", { name: "Helper", slug: "helper", model: "stint-extract-1", instructions: "Summarise the text." });
  await post("/agents", { name: "Lead", slug: "lead", model: "stint-extract-1", instructions: "Use the tools.", tools: [weather.id, math.id], delegates: [helper.id] });
  const answer = await run("lead", "Look at the weather. Use math add with a: 40, b: 2; then ask helper about the barge that carried gravel.");
  expect(answer.status).toBe("succeeded");
  expect(answer.steps.map(({ seq, kind, name, ok }) => [seq, kind, name, ok])).toEqual([
    [1, "model", "stint-extract-1", null], [2, "tool", "weather", true], [3, "tool", "math__add", true], [4, "tool", "ask_helper", true], [5, "model", "stint-extract-1", null],
  ]);
  expect(http.calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual([`${answer.id}-2`]);
  expect(mcp.calls).toEqual([{ tool: "add", idempotencyKey: `${answer.id}-3` }]);
  expect(answer.steps[2]?.output).toBe("42");
  expect(answer.output).toContain("The weather tool answered.");
  const child = await json<WorkedRun>(await call("GET", `/api/v1/runs/${answer.steps[3]?.child_run_id}`, { key: one.secret }));
  expect(child).toMatchObject({ status: "succeeded", parent_run_id: answer.id });
});

test("goes on from an earlier run, executes the version it was asked in, and forgets what it is told to forget", async () => {
  await post("/agents", { name: "Talker", slug: "talker", model: "stint-extract-1", instructions: "Summarise the text." });
  const first = await run("talker", "The barge carried gravel from the quarry.");
  const changed = await call("PATCH", "/api/v1/agents/talker", { key: one.secret, body: { instructions: "Summarise the text in one sentence." } });
  expect(changed.status).toBe(200);
  const second = await run("talker", "The second barge carried sand.", { previous_run_id: first.id });
  expect([first.agent_version, second.agent_version]).toEqual([1, 2]);
  expect(second).toMatchObject({ status: "succeeded", previous_run_id: first.id });

  const gone = await call("DELETE", `/api/v1/runs/${first.id}`, { key: one.secret });
  expect(gone.status).toBe(200);
  expect(await json<WorkedRun>(gone)).toMatchObject({ input: "", output: null, content_deleted_at: expect.any(String) });
  const third = await call("POST", "/api/v1/runs", { key: one.secret, body: { agent: "talker", input: "x", previous_run_id: first.id } });
  expect(third.status).toBe(409);
  const nobody = await call("POST", "/api/v1/runs", { key: one.secret, body: { agent: "talker", input: "x", previous_run_id: "run_00000000000000000000000000" } });
  expect(nobody.status).toBe(404);
});
