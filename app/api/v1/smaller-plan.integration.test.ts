/** What no longer fits a plan: which agents and members stay in use, and every door at which the others are read-only. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { POST as startRun } from "@/app/api/v1/runs/route";
import { POST as complete } from "@/app/api/v1/chat/completions/route";
import { PATCH as patchAgent } from "@/app/api/v1/agents/[id]/route";
import { makeSchedule } from "@/e2e/fixtures/schedules";
import { endLeftoverRuns, makeAgent, makeSession, makeWorkspace, owner, readRun, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { archiveAgent } from "@/lib/agents/archive";
import { listAgents } from "@/lib/agents/service";
import { updateAgent } from "@/lib/agents/versions";
import { whatWillNotFit } from "@/lib/billing/fit";
import { sealSession, sessionCookie } from "@/lib/http/session";
import { admit, admitMember } from "@/lib/limits/admission";
import { startRunWorker } from "@/lib/runs/worker/worker";
import { waitForRun } from "@/lib/runs/live";
import { startDueSchedules } from "@/lib/schedules/due";
import { createSchedule } from "@/lib/schedules/service";
import { listMembers } from "@/lib/tenants/members";
import type { Role } from "@/lib/tenants/policy";

let one: Workspace;
beforeEach(async () => {
  await owner().query("DELETE FROM schedule");
  one = await makeWorkspace();
});
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

const actor = (of = one) => ({ tenantId: of.tenantId, id: of.userId, userId: of.userId, ip: "", requestId: "" });
const shrink = (limits: { agents?: number | null; members?: number | null }, of = one) => owner().query("UPDATE plan SET agents = $2, members = $3 WHERE id = $1", [of.planId, limits.agents ?? null, limits.members ?? null]);

/** Adds a member who joined so many hours ago. */
async function join(role: Role, hoursAgo: number, of = one): Promise<string> {
  const id = newId("usr");
  await owner().query("INSERT INTO user_account (id, email, name, email_verified_at) VALUES ($1, $1 || '@test.example', 'Member', now())", [id]);
  await owner().query("INSERT INTO member (tenant_id, user_id, role, created_at) VALUES ($1, $2, $3, now() - make_interval(hours => $4))", [of.tenantId, id, role, hoursAgo]);
  return id;
}

async function bySession(userId: string, of = one) {
  return { kind: "user", ...(await makeSession(userId)), slug: of.slug } as const;
}

async function isReadOnly(userId: string, of = one): Promise<boolean> {
  const answer = await admit(await bySession(userId, of), false);
  if (answer.kind !== "admitted") throw new Error(`not admitted: ${answer.kind}`);
  return answer.admission.readOnly;
}

const request = (method: string, path: string, body: object) =>
  new Request(`http://localhost/api/v1${path}`, { method, headers: { authorization: `Bearer ${one.secret}`, "content-type": "application/json" }, body: JSON.stringify(body) });
const errorOf = async (response: Response) => ({ status: response.status, ...((await response.json()) as { error: { code: string; message: string } }).error });

describe("agents", () => {
  test("the oldest stay in use; archiving one lets the next in; nothing is deleted", async () => {
    const second = await makeAgent(one, "stint-extract-1");
    const third = await makeAgent(one, "stint-extract-1");
    const readOnly = async () => (await listAgents(one.tenantId, { limit: 10 })).data.filter((agent) => agent.read_only).map(({ id }) => id);
    expect(await readOnly()).toEqual([]);
    await shrink({ agents: 1 });
    expect(await readOnly()).toEqual([third.id, second.id]);
    await archiveAgent(actor(), one.agentId);
    expect(await readOnly()).toEqual([third.id]);
    await shrink({ agents: 0 });
    expect(await readOnly()).toEqual([third.id, second.id]);
    expect((await listAgents(one.tenantId, { limit: 10, archived: true })).data).toMatchObject([{ id: one.agentId, read_only: false }]);
    await shrink({ agents: null });
    expect(await readOnly()).toEqual([]);
  });

  test("one that does not fit is neither run nor changed, through any door, and another tenant's agents do not count", async () => {
    const other = await makeWorkspace();
    await makeAgent(other, "stint-extract-1");
    const second = await makeAgent(one, "stint-extract-1");
    await shrink({ agents: 1 });
    const refused = { status: 402, code: "plan_required", message: expect.stringContaining("the oldest ones are in use") as string };
    expect(await errorOf(await startRun(request("POST", "/runs", { agent: second.slug, input: "x" }), { params: Promise.resolve({}) }))).toMatchObject(refused);
    expect(await errorOf(await startRun(request("POST", "/runs", { agent: second.id, input: "x" }), { params: Promise.resolve({}) }))).toMatchObject(refused);
    expect(await errorOf(await complete(request("POST", "/chat/completions", { model: second.slug, messages: [{ role: "user", content: "x" }] }), { params: Promise.resolve({}) }))).toMatchObject(refused);
    expect(await errorOf(await patchAgent(request("PATCH", `/agents/${second.id}`, { name: "New" }), { params: Promise.resolve({ id: second.id }) }))).toMatchObject(refused);
    await expect(createSchedule(actor(), { agent: second.id, input: "x", cron: "0 9 * * *", time_zone: "UTC", enabled: true })).rejects.toMatchObject({ code: "plan_required" });
    expect((await startRun(request("POST", "/runs", { agent: one.agentSlug, input: "x" }), { params: Promise.resolve({}) })).status).toBe(201);
    // What it was goes on: the one that stays can be changed, and the other archived.
    expect(await updateAgent(actor(), one.agentId, { name: "New" })).toMatchObject({ name: "New" });
    expect(await archiveAgent(actor(), second.id)).toMatchObject({ read_only: false });
  });

  test("a schedule of it keeps the reason; a run that would hand work to it is told", async () => {
    const second = await makeAgent(one, "stint-extract-1");
    await owner().query("UPDATE agent_version SET config = config || jsonb_build_object('delegates', jsonb_build_array($2::text)) WHERE agent_id = $1", [one.agentId, second.id]);
    const schedule = await makeSchedule(one, { agentId: second.id, due: "1 minute" });
    await shrink({ agents: 1 });
    expect(await startDueSchedules()).toBe(1);
    const { rows } = await owner().query<{ failure: string | null }>("SELECT failure FROM schedule WHERE id = $1", [schedule]);
    expect(rows[0]?.failure).toContain("the oldest ones are in use");
    const worker = startRunWorker(1);
    try {
      const started = (await (await startRun(request("POST", "/runs", { agent: one.agentId, input: `Please ask ${second.slug} about the barge. The barge carried gravel.` }), { params: Promise.resolve({}) })).json()) as { id: string };
      const ended = await waitForRun(one.tenantId, started.id, AbortSignal.timeout(20_000));
      expect(ended.status).toBe("succeeded");
      const steps = await owner().query<{ output: string }>("SELECT output FROM step WHERE run_id = $1 AND kind = 'tool'", [started.id]);
      expect(steps.rows.map(({ output }) => output)).toEqual([expect.stringContaining("the oldest ones are in use")]);
      expect((await readRun(started.id)).executed_ms).toBeGreaterThan(0);
    } finally {
      await worker.stop(0);
    }
  });
});

describe("members", () => {
  test("owners are seated first, then whoever joined first; the others may look", async () => {
    // The workspace's owner joins last.
    const [early, late] = [await join("developer", 5), await join("admin", 3)];
    const seats = async () => Promise.all([one.userId, early, late].map((id) => isReadOnly(id)));
    expect(await seats()).toEqual([false, false, false]);
    await shrink({ members: 2 });
    expect(await seats()).toEqual([false, false, true]);
    expect((await listMembers(one.tenantId, { limit: 10 })).data.map(({ id, readOnly }) => [id, readOnly])).toEqual([[early, false], [late, true], [one.userId, false]]);
    await shrink({ members: 1 });
    expect(await seats()).toEqual([false, true, true]);
    await owner().query("UPDATE member SET role = 'owner' WHERE tenant_id = $1 AND user_id = $2", [one.tenantId, late]);
    await shrink({ members: 2 });
    expect(await seats()).toEqual([false, true, false]);
    // What staff agreed goes before the plan.
    await owner().query("INSERT INTO tenant_override (tenant_id, members, reason, set_by) VALUES ($1, 3, 'agreed', 'usr_staff')", [one.tenantId]);
    expect(await seats()).toEqual([false, false, false]);
  });

  test("a member without a seat reads and is refused a change by the API, and keeps the keys they made", async () => {
    const late = await join("developer", -1);
    await shrink({ members: 1 });
    const session = await makeSession(late);
    const headers = { cookie: `${sessionCookie().name}=${await sealSession(session)}`, "stint-tenant": one.slug, "sec-fetch-site": "same-origin", "content-type": "application/json" };
    expect(await errorOf(await startRun(new Request("http://localhost/api/v1/runs", { method: "POST", headers, body: JSON.stringify({ agent: "agent", input: "x" }) }), { params: Promise.resolve({}) }))).toMatchObject({ status: 402, code: "plan_required", message: expect.stringContaining("no seat for you") as string });
    await owner().query("UPDATE api_key SET created_by = $2 WHERE id = $1", [one.keyId, late]);
    expect((await startRun(request("POST", "/runs", { agent: "agent", input: "x" }), { params: Promise.resolve({}) })).status).toBe(201);
    const answer = await admit({ kind: "key", hash: one.keyHash, address: null }, false);
    expect(answer).toMatchObject({ kind: "admitted", admission: { role: "developer", readOnly: false } });
  });

  test("their schedules start nothing, and begin again with a seat", async () => {
    const late = await join("developer", -1);
    await shrink({ members: 1 });
    expect(await admitMember(one.tenantId, late)).toMatchObject({ role: "developer", readOnly: true });
    expect(await admitMember(one.tenantId, one.userId)).toMatchObject({ readOnly: false });
    const schedule = await makeSchedule(one, { createdBy: late, due: "1 minute" });
    await startDueSchedules();
    const failure = async () => (await owner().query<{ failure: string | null }>("SELECT failure FROM schedule WHERE id = $1", [schedule])).rows[0]?.failure;
    expect(await failure()).toContain("no seat");
    await shrink({ members: 2 });
    await owner().query("UPDATE schedule SET next_run_at = now() - interval '1 second' WHERE id = $1", [schedule]);
    await startDueSchedules();
    expect(await failure()).toBeNull();
  });

  test("the same user is seated in one workspace and not in another", async () => {
    const other = await makeWorkspace({ members: 1 });
    await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, 'admin')", [other.tenantId, one.userId]);
    expect([await isReadOnly(one.userId), await isReadOnly(one.userId, other), await isReadOnly(other.userId, other)]).toEqual([false, true, false]);
  });
});

describe("what will not fit", () => {
  test("is told before, exactly as it is afterwards", async () => {
    for (let n = 0; n < 3; n++) await makeAgent(one, "stint-extract-1", n === 0 ? { max_minutes: 6 } : {});
    const members = [await join("developer", 5), await join("viewer", 4)];
    const [ofAgent, ofMember] = [await makeSchedule(one, { agentId: (await listAgents(one.tenantId, { limit: 1 })).data[0]?.id ?? "" }), await makeSchedule(one, { createdBy: members[1] ?? "" })];
    await makeSchedule(one);
    const fit = await whatWillNotFit(one.tenantId, "free");
    expect(fit).toMatchObject({ fits: false, agents: { limit: 2 }, members: { limit: 2 }, concurrentRuns: { now: 10, then: 1 }, longestRun: { nowMs: 600_000, thenMs: 300_000 } });
    expect(fit.members.keep.map(({ id }) => id)).toEqual([one.userId, members[0]]);
    expect(fit.schedules).toMatchObject([{ id: ofAgent, reason: "agent" }, { id: ofMember, reason: "member" }]);
    expect(fit.longestRun.agents.map(({ id }) => id)).toEqual([fit.agents.keep[1]?.id]);
    await owner().query("UPDATE tenant SET plan_id = 'free' WHERE id = $1", [one.tenantId]);
    const agents = (await listAgents(one.tenantId, { limit: 10 })).data.toReversed();
    expect([agents.filter((agent) => !agent.read_only).map(({ id }) => id), agents.filter((agent) => agent.read_only).map(({ id }) => id)]).toEqual([fit.agents.keep.map(({ id }) => id), fit.agents.readOnly.map(({ id }) => id)]);
    const seatless = (await listMembers(one.tenantId, { limit: 10 })).data.filter(({ readOnly }) => readOnly).map(({ id }) => id);
    expect(seatless).toEqual(fit.members.readOnly.map(({ id }) => id));
  });

  test("nothing, where everything fits; a workspace or plan that is not there has no answer", async () => {
    expect(await whatWillNotFit(one.tenantId, "pro")).toMatchObject({ fits: true, agents: { limit: 20, readOnly: [] }, members: { readOnly: [] }, schedules: [] });
    expect(await whatWillNotFit(one.tenantId, "enterprise")).toMatchObject({ fits: true, agents: { limit: null } });
    await expect(whatWillNotFit(newId("ten"), "pro")).rejects.toMatchObject({ code: "not_found" });
  });
});
