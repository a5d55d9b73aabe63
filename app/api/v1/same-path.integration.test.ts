/** Another tenant's object and one that does not exist: the same queries, the same answer. */
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { GET as getAgent } from "@/app/api/v1/agents/[id]/route";
import { DELETE as deleteKey, GET as getKey } from "@/app/api/v1/keys/[id]/route";
import { GET as getRun } from "@/app/api/v1/runs/[id]/route";
import { POST as cancelRun } from "@/app/api/v1/runs/[id]/cancel/route";
import { GET as getEvents } from "@/app/api/v1/runs/[id]/events/route";
import { POST as createRun } from "@/app/api/v1/runs/route";
import { DELETE as deleteSchedule, GET as getSchedule, PATCH as patchSchedule } from "@/app/api/v1/schedules/[id]/route";
import { makeSchedule } from "@/e2e/fixtures/schedules";
import { makeWorkspace, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { newId, type IdPrefix } from "@/lib/core/ids";
import type { RouteHandler } from "@/lib/http/route-description";
import { closeDb } from "@/lib/platform/db";

let mine: Workspace;
let other: Workspace;
let runOfOther = "";
let scheduleOfOther = "";

beforeAll(async () => {
  mine = await makeWorkspace();
  other = await makeWorkspace();
  [runOfOther = ""] = await queueRuns(other, 1);
  scheduleOfOther = await makeSchedule(other);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => closeDb());

/** What was asked of PostgreSQL during one request, and what the caller got to see. */
async function watch(handler: RouteHandler, method: string, id: string, body?: string): Promise<{ queries: string[]; status: number; text: string }> {
  const spy = vi.spyOn(pg.Client.prototype, "query");
  const headers = { authorization: `Bearer ${mine.secret}`, ...(body ? { "content-type": "application/json" } : {}) };
  const response = await handler(new Request(`http://localhost:3000/api/v1/x/${id}`, { method, headers, body }), { params: Promise.resolve({ id }) });
  const text = await response.text();
  const queries = spy.mock.calls.map(([given]: unknown[]) => (typeof given === "string" ? given : (given as { text: string }).text));
  spy.mockRestore();
  return { queries, status: response.status, text: text.replace(/req_[0-9a-z]{26}/g, "REQUEST").replaceAll(id, "ID") };
}

test.each<[string, RouteHandler, string, IdPrefix, () => string, ((id: string) => string)?]>([
  ["GET /v1/agents/{id}", getAgent, "GET", "agt", () => other.agentId],
  ["GET /v1/keys/{id}", getKey, "GET", "key", () => other.keyId],
  ["DELETE /v1/keys/{id}", deleteKey, "DELETE", "key", () => other.keyId],
  ["GET /v1/runs/{id}", getRun, "GET", "run", () => runOfOther],
  ["GET /v1/runs/{id}/events", getEvents, "GET", "run", () => runOfOther],
  ["POST /v1/runs/{id}/cancel", cancelRun, "POST", "run", () => runOfOther],
  ["GET /v1/schedules/{id}", getSchedule, "GET", "sch", () => scheduleOfOther],
  ["PATCH /v1/schedules/{id}", patchSchedule, "PATCH", "sch", () => scheduleOfOther, () => JSON.stringify({ enabled: false })],
  ["DELETE /v1/schedules/{id}", deleteSchedule, "DELETE", "sch", () => scheduleOfOther],
  ["POST /v1/runs", createRun, "POST", "agt", () => other.agentId, (id) => JSON.stringify({ agent: id, input: "x" })],
])("%s", async (_name, handler, method, prefix, theirs, body) => {
  // Once for what only the first request does.
  const nobodys = newId(prefix);
  await watch(handler, method, nobodys, body?.(nobodys));
  const [another, none] = [await watch(handler, method, theirs(), body?.(theirs())), await watch(handler, method, nobodys, body?.(nobodys))];
  expect(another.status).toBe(404);
  expect(another.queries.length).toBeGreaterThan(1);
  expect(another).toEqual(none);
});
