/** An agent's life: versions, two tabs, roll back, archive and restore, and what other tenants see of it. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { makeTool } from "@/e2e/fixtures/tools";
import { makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb, withTenant } from "@/lib/platform/db";
import type { Actor } from "@/lib/audit/service";
import { readAgentActivity } from "@/lib/agents/activity";
import { archiveAgent, restoreAgent } from "@/lib/agents/archive";
import { createAgentSchema, type AgentDto } from "@/lib/agents/schema";
import { createAgent, findAgent, listAgents, readAgentVersion, requireAgent } from "@/lib/agents/service";
import { listAgentVersions, nameMakers, requireAgentVersion, rollBackAgent, updateAgent } from "@/lib/agents/versions";

afterAll(closeDb);

let one: Workspace;
let actor: Actor;
beforeEach(async () => {
  one = await makeWorkspace();
  actor = actorIn(one);
});

function actorIn({ tenantId, userId }: Workspace): Actor {
  return { tenantId, id: userId, userId, ip: "127.0.0.1", requestId: newId("req") };
}

function make(slug: string, fields: object = {}, by = actor, limit: number | null = null): Promise<AgentDto> {
  return createAgent(by, limit, createAgentSchema.parse({ name: `Agent ${slug}`, slug, model: "stint-extract-1", instructions: "First instructions.", ...fields }));
}

async function auditOf(id: string): Promise<{ action: string; before: unknown; after: unknown }[]> {
  return (await owner().query<{ action: string; before: unknown; after: unknown }>("SELECT action, before, after FROM audit_log WHERE target_id = $1 ORDER BY id", [id])).rows;
}

const versionsOf = async (id: string): Promise<number[]> => (await listAgentVersions(one.tenantId, id, { limit: 100 })).data.map(({ version }) => version);

describe("versions", () => {
  test("every save that changes something is one, and one that changes nothing is none", async () => {
    const agent = await make("summarise", { output_schema: { type: "object", properties: { long_name: { type: "string" }, a: { type: "string" } } } });
    expect(agent).toMatchObject({ object: "agent", version: 1, retries: 2, archived_at: null });
    const second = await updateAgent(actor, "summarise", { version: 1, instructions: "Second instructions.", note: "Shorter" });
    expect(second).toMatchObject({ id: agent.id, version: 2, instructions: "Second instructions.", output_schema: agent.output_schema });
    // The same again, the schema's keys in the order in which they were written.
    const same = await updateAgent(actor, agent.id, { version: 2, name: agent.name, output_schema: { type: "object", properties: { long_name: { type: "string" }, a: { type: "string" } } } });
    expect(same).toEqual(second);
    expect(await updateAgent(actor, agent.id, { name: "Renamed" })).toMatchObject({ version: 3, name: "Renamed" });
    const { data } = await listAgentVersions(one.tenantId, agent.id, { limit: 2 });
    expect(data).toMatchObject([{ version: 3, note: "Renamed from “Agent summarise”." }, { version: 2, note: "Shorter", created_by: one.userId }]);
    expect(await requireAgentVersion(one.tenantId, "summarise", "1")).toMatchObject({ object: "agent_version", agent_id: agent.id, version: 1, instructions: "First instructions.", note: null });
    expect(await withTenant(one.tenantId, (tx) => readAgentVersion(tx, one.tenantId, agent.id, 2))).toEqual({
      model: "stint-extract-1", instructions: "Second instructions.", tools: [], delegates: [], output_schema: agent.output_schema, temperature: null, max_steps: 16, max_minutes: null,
      max_spend_micros: null, retries: 2,
    });
    expect((await nameMakers(one.tenantId, data.map(({ created_by }) => created_by))).get(one.userId)).toBe("Test Owner");
  });

  test("the list goes on where its page ended", async () => {
    const agent = await make("summarise");
    for (const retries of [1, 3, 4, 5]) await updateAgent(actor, agent.id, { retries });
    const first = await listAgentVersions(one.tenantId, agent.id, { limit: 3 });
    expect(first).toMatchObject({ has_more: true, next_cursor: "3" });
    const rest = await listAgentVersions(one.tenantId, agent.id, { limit: 3, cursor: Number(first.next_cursor) });
    expect([...first.data, ...rest.data].map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
    expect(rest).toMatchObject({ has_more: false, next_cursor: null });
  });

  test("two tabs: the second save on one version is refused and writes nothing", async () => {
    const agent = await make("summarise");
    const results = await Promise.allSettled([1, 3, 4, 5].map((retries) => updateAgent(actor, agent.id, { version: 1, retries })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict" });
    expect(await versionsOf(agent.id)).toEqual([2, 1]);
    // Who does not say what they saw means the newest.
    expect(await updateAgent(actor, agent.id, { retries: 0 })).toMatchObject({ version: 3, retries: 0 });
  });

  test("without a version in hand ten saves at once are ten versions without a gap", async () => {
    const agent = await make("summarise");
    await Promise.all(Array.from({ length: 10 }, (_, n) => updateAgent(actor, agent.id, { instructions: `Instructions ${n}` })));
    expect(await versionsOf(agent.id)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test("rolling back is a version of its own with the old configuration", async () => {
    const agent = await make("summarise");
    await updateAgent(actor, agent.id, { instructions: "Second instructions.", temperature: 1 });
    const back = await rollBackAgent(actor, agent.id, 1);
    expect(back).toMatchObject({ version: 3, instructions: "First instructions.", temperature: null });
    expect((await requireAgentVersion(one.tenantId, agent.id, "3")).note).toBe("Rolled back to version 1.");
    expect(await rollBackAgent(actor, agent.id, 1)).toMatchObject({ version: 3 });
    await expect(rollBackAgent(actor, agent.id, 4)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a version whose model or delegate is gone does not come back", async () => {
    const helper = await make("helper");
    const agent = await make("summarise", { delegates: [helper.id] });
    await updateAgent(actor, agent.id, { delegates: [] });
    await archiveAgent(actor, helper.id);
    await expect(rollBackAgent(actor, agent.id, 1)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(helper.id) });
    await owner().query("UPDATE agent_version SET config = config || '{\"model\": \"retired-1\"}' WHERE agent_id = $1 AND version = 1", [agent.id]);
    await expect(rollBackAgent(actor, agent.id, 1)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("model") });
    expect(await versionsOf(agent.id)).toEqual([2, 1]);
  });

  test("a model that is no longer offered does not stop other changes", async () => {
    const agent = await make("summarise");
    await owner().query("UPDATE agent_version SET config = config || '{\"model\": \"retired-1\"}' WHERE agent_id = $1", [agent.id]);
    expect(await updateAgent(actor, agent.id, { model: "retired-1", retries: 0 })).toMatchObject({ version: 2, model: "retired-1" });
    await expect(updateAgent(actor, agent.id, { model: "retired-2" })).rejects.toMatchObject({ code: "invalid_field", param: "model" });
  });

  test("the log tells which fields changed, and never the instructions", async () => {
    const agent = await make("summarise", { instructions: "A trade secret." });
    await updateAgent(actor, agent.id, { instructions: "Another secret.", temperature: 0.5, name: "Renamed" });
    await rollBackAgent(actor, agent.id, 1);
    await archiveAgent(actor, agent.id);
    await restoreAgent(actor, null, agent.id);
    const log = await auditOf(agent.id);
    expect(log.map(({ action }) => action)).toEqual(["agent.created", "agent.updated", "agent.rolled_back", "agent.archived", "agent.restored"]);
    const hash: unknown = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
    expect(log[1]).toMatchObject({ before: { version: 1, name: "Agent summarise", instructions: hash, temperature: null }, after: { version: 2, name: "Renamed", instructions: hash, temperature: 0.5 } });
    expect(log[2]).toEqual({ action: "agent.rolled_back", before: { version: 2, instructions: hash, temperature: 0.5 }, after: { version: 3, instructions: hash, temperature: null } });
    expect(JSON.stringify(log)).not.toContain("secret");
  });
});

describe("what an agent names", () => {
  const nested = (levels: number): object => (levels === 0 ? {} : { not: nested(levels - 1) });

  test("has to be in the workspace", async () => {
    const other = await makeWorkspace();
    const agent = await make("summarise");
    await expect(make("two", { delegates: [other.agentId] })).rejects.toMatchObject({ code: "invalid_field", param: "delegates" });
    await expect(updateAgent(actor, agent.id, { delegates: [other.agentId] })).rejects.toMatchObject({ code: "invalid_field", param: "delegates" });
    await expect(updateAgent(actor, agent.id, { delegates: [agent.id] })).rejects.toMatchObject({ code: "invalid_field", param: "delegates" });
    await expect(updateAgent(actor, agent.id, { tools: ["tol_00000000000000000000000001"] })).rejects.toMatchObject({ code: "invalid_field", param: "tools" });
    await expect(make("three", { model: "no-such-model" })).rejects.toMatchObject({ code: "invalid_field", param: "model" });
    expect(await versionsOf(agent.id)).toEqual([1]);
  });

  test.each([
    ["an expression that takes for ever", { properties: { a: { type: "string", pattern: "^(a+)+$" } } }], ["a reference", { $ref: "#" }], ["nested without end", { not: nested(30) }],
  ])("an output schema is one that answers can be checked against: not %s", async (_what, part) => {
    await expect(make("two", { output_schema: { type: "object", ...part } })).rejects.toMatchObject({ code: "invalid_field", param: "output_schema" });
    await expect(updateAgent(actor, one.agentId, { output_schema: { type: "object", ...part } })).rejects.toMatchObject({ code: "invalid_field", param: "output_schema" });
    expect(await updateAgent(actor, one.agentId, { output_schema: { type: "object", properties: { pattern: { type: "string" } } } })).toMatchObject({ version: 2 });
  });

  test("an agent that another one hands work to is not archived, and nobody begins to while it is", async () => {
    const helper = await make("helper");
    const agent = await make("summarise", { delegates: [helper.id] });
    await expect(archiveAgent(actor, helper.id)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Agent summarise") });
    await updateAgent(actor, agent.id, { delegates: [] });
    const results = await Promise.allSettled([archiveAgent(actor, helper.id), updateAgent(actor, agent.id, { delegates: [helper.id] })]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    // An archived one hands work to nobody.
    await updateAgent(actor, agent.id, { delegates: [] }).catch(() => undefined);
    const [third, fourth] = [await make("third"), await make("fourth")];
    await updateAgent(actor, fourth.id, { delegates: [third.id] });
    await archiveAgent(actor, fourth.id);
    await archiveAgent(actor, third.id);
    await expect(restoreAgent(actor, null, fourth.id)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(third.id) });
  });
});

describe("tools of an agent", () => {
  test("are the workspace's own and in use, when they are given and when the agent comes back", async () => {
    const [own, foreign] = [await makeTool(one), await makeTool(await makeWorkspace())];
    await expect(make("thief", { tools: [foreign] })).rejects.toMatchObject({ code: "invalid_field", param: "tools" });
    const agent = await make("caller", { tools: [own] });
    expect(agent.tools).toEqual([own]);
    expect(await updateAgent(actor, agent.id, { tools: [] })).toMatchObject({ version: 2 });
    expect(await rollBackAgent(actor, agent.id, 1)).toMatchObject({ version: 3, tools: [own] });
    await archiveAgent(actor, agent.id);
    await owner().query("UPDATE tool SET archived_at = now() WHERE id = $1", [own]);
    await expect(restoreAgent(actor, null, agent.id)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(own) });
    await owner().query("UPDATE tool SET archived_at = NULL WHERE id = $1", [own]);
    await restoreAgent(actor, null, agent.id);
    await updateAgent(actor, agent.id, { tools: [] });
    await owner().query("UPDATE tool SET archived_at = now() WHERE id = $1", [own]);
    await expect(rollBackAgent(actor, agent.id, 1)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(own) });
  });
});

describe("archive", () => {
  test("takes an agent out of use, keeps its runs and versions, and gives its slug free", async () => {
    const [runId] = await queueRuns(one, 1);
    const archived = await archiveAgent(actor, one.agentSlug);
    expect(archived).toMatchObject({ id: one.agentId, archived_at: expect.any(String) });
    expect(await archiveAgent(actor, one.agentId)).toEqual(archived);
    expect(await withTenant(one.tenantId, (tx) => findAgent(tx, one.tenantId, one.agentId))).toBeNull();
    await expect(requireAgent(one.tenantId, one.agentSlug)).rejects.toMatchObject({ code: "not_found" });
    expect(await requireAgent(one.tenantId, one.agentId)).toEqual(archived);
    await expect(updateAgent(actor, one.agentId, { retries: 0 })).rejects.toMatchObject({ code: "conflict" });
    await expect(rollBackAgent(actor, one.agentId, 1)).rejects.toMatchObject({ code: "conflict" });
    expect((await listAgents(one.tenantId, { limit: 20 })).data).toEqual([]);
    expect((await listAgents(one.tenantId, { limit: 20, archived: true })).data).toEqual([archived]);
    expect((await owner().query("SELECT agent_id FROM run WHERE id = $1", [runId])).rows).toEqual([{ agent_id: one.agentId }]);
    expect(await versionsOf(one.agentId)).toEqual([1]);

    const successor = await make(one.agentSlug);
    expect(await requireAgent(one.tenantId, one.agentSlug)).toMatchObject({ id: successor.id });
    await expect(restoreAgent(actor, null, one.agentId)).rejects.toMatchObject({ code: "conflict" });
    await archiveAgent(actor, successor.id);
    expect(await restoreAgent(actor, null, one.agentId)).toMatchObject({ id: one.agentId, slug: one.agentSlug, archived_at: null });
    await expect(make(one.agentSlug)).rejects.toMatchObject({ code: "conflict", param: "slug" });
  });

  test("the plan's limit holds for what is in use, also when several come back at once", async () => {
    await make("second", {}, actor, 2);
    await expect(make("third", {}, actor, 2)).rejects.toMatchObject({ code: "plan_required" });
    await archiveAgent(actor, "second");
    const third = await make("third", {}, actor, 2);
    const second = (await listAgents(one.tenantId, { limit: 20, archived: true })).data[0]?.id ?? "";
    await expect(restoreAgent(actor, 2, second)).rejects.toMatchObject({ code: "plan_required" });
    await archiveAgent(actor, third.id);
    const results = await Promise.allSettled([restoreAgent(actor, 2, second), restoreAgent(actor, 2, third.id), make("fourth", {}, actor, 2)]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await listAgents(one.tenantId, { limit: 20 })).data).toHaveLength(2);
  });
});

test("to another workspace an agent is not there, whatever is asked of it", async () => {
  const other = await makeWorkspace();
  const stranger = actorIn(other);
  for (const attempt of [
    () => requireAgent(other.tenantId, one.agentId), () => updateAgent(stranger, one.agentId, { name: "Stolen" }), () => archiveAgent(stranger, one.agentId), () => restoreAgent(stranger, null, one.agentId),
    () => rollBackAgent(stranger, one.agentId, 1), () => listAgentVersions(other.tenantId, one.agentId, { limit: 20 }), () => requireAgentVersion(other.tenantId, one.agentId, "1"),
    () => withTenant(other.tenantId, (tx) => readAgentVersion(tx, other.tenantId, one.agentId, 1)), () => withTenant(other.tenantId, (tx) => readAgentVersion(tx, one.tenantId, one.agentId, 1)),
  ]) await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
  // One slug in two workspaces is two agents.
  expect((await updateAgent(stranger, one.agentSlug, { name: "Theirs" })).id).toBe(other.agentId);
  expect(await requireAgent(one.tenantId, one.agentId)).toMatchObject({ name: "Agent", version: 1 });
  expect((await readAgentActivity(other.tenantId, [one.agentId], new Date(0))).get(one.agentId)).toEqual({ lastRunAt: null, runs: 0 });
  expect((await nameMakers(other.tenantId, [one.keyId])).get(one.keyId)).toBeUndefined();
});

test("an agent's activity is its last run and its runs since a moment", async () => {
  const agent = await make("busy");
  await queueRuns(one, 2, { agentId: agent.id });
  const between = new Date(Date.now() + 5);
  await new Promise((resolve) => setTimeout(resolve, 10));
  const [last] = await queueRuns(one, 1, { agentId: agent.id });
  const { rows } = await owner().query<{ at: Date }>("SELECT created_at AS at FROM run WHERE id = $1", [last]);
  const since = async (at: Date) => (await readAgentActivity(one.tenantId, [agent.id, one.agentId], at)).get(agent.id);
  expect(await since(new Date(0))).toEqual({ lastRunAt: rows[0]?.at.toISOString(), runs: 3 });
  expect(await since(between)).toMatchObject({ runs: 1 });
  expect((await readAgentActivity(one.tenantId, [one.agentId], new Date(0))).get(one.agentId)).toEqual({ lastRunAt: null, runs: 0 });
});
