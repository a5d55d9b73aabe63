/** Schedules: what may be made of them, and that each time that is due starts one run, however many workers look. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { makeSchedule } from "@/e2e/fixtures/schedules";
import { makeUser } from "@/e2e/fixtures/session";
import { makeAgent, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { startDueSchedules } from "@/lib/schedules/due";
import { MAX_SCHEDULES, type CreateSchedule } from "@/lib/schedules/schema";
import { createSchedule, deleteSchedule, listSchedules, previewTimes, requireSchedule, updateSchedule } from "@/lib/schedules/service";

let one: Workspace;
const actor = (workspace = one) => ({ tenantId: workspace.tenantId, id: workspace.userId, userId: workspace.userId, ip: "", requestId: "" });
const wanted = (more: Partial<CreateSchedule> = {}): CreateSchedule => ({ agent: "agent", input: "One sentence stands here.", cron: "0 9 * * *", time_zone: "UTC", enabled: true, ...more });
const runsOf = async (workspace: Workspace) => (await owner().query<{ id: string; user_id: string; api_key_id: string | null; input: string; metadata: object; agent_id: string }>("SELECT * FROM run WHERE tenant_id = $1 ORDER BY id", [workspace.tenantId])).rows;
const auditOf = async (workspace: Workspace) => (await owner().query<{ action: string }>("SELECT action FROM audit_log WHERE tenant_id = $1 ORDER BY id", [workspace.tenantId])).rows.map(({ action }) => action);

beforeEach(async () => {
  await owner().query("DELETE FROM schedule");
  one = await makeWorkspace();
});
afterAll(() => closeDb());

describe("keeping schedules", () => {
  test("one is made, changed, paused, resumed and deleted, each with its line in the audit log", async () => {
    const made = await createSchedule(actor(), wanted());
    expect(made).toMatchObject({ agent: "agent", agent_id: one.agentId, enabled: true, last_run_id: null, failure: null, created_by: one.userId });
    expect(made.next_run_at).toBe(previewTimes({ cron: "0 9 * * *", timeZone: "UTC" }, 1)[0]);
    const moved = await updateSchedule(actor(), made.id, { time_zone: "Asia/Tokyo", input: "Another sentence." });
    expect(moved.next_run_at).toBe(previewTimes({ cron: "0 9 * * *", timeZone: "Asia/Tokyo" }, 1)[0]);
    expect(await updateSchedule(actor(), made.id, { enabled: false })).toMatchObject({ enabled: false, next_run_at: null, input: "Another sentence." });
    expect((await updateSchedule(actor(), made.id, { enabled: true })).next_run_at).toBe(moved.next_run_at);
    await deleteSchedule(actor(), made.id);
    await expect(requireSchedule(one.tenantId, made.id)).rejects.toMatchObject({ code: "not_found" });
    expect(await auditOf(one)).toEqual(["schedule.created", "schedule.updated", "schedule.updated", "schedule.updated", "schedule.deleted"]);
  });

  test("what is not there or not valid is refused at its place", async () => {
    const other = await makeWorkspace();
    const theirs = await makeSchedule(other);
    await expect(createSchedule(actor(), wanted({ cron: "0 9 * *" }))).rejects.toMatchObject({ code: "invalid_field", param: "cron" });
    await expect(createSchedule(actor(), wanted({ time_zone: "Mars/Olympus" }))).rejects.toMatchObject({ code: "invalid_field", param: "time_zone" });
    await expect(createSchedule(actor(), wanted({ agent: other.agentId }))).rejects.toMatchObject({ code: "not_found", param: "agent" });
    await expect(requireSchedule(one.tenantId, theirs)).rejects.toMatchObject({ code: "not_found" });
    await expect(updateSchedule(actor(), theirs, { enabled: false })).rejects.toMatchObject({ code: "not_found" });
    await expect(deleteSchedule(actor(), theirs)).rejects.toMatchObject({ code: "not_found" });
    expect((await requireSchedule(other.tenantId, theirs)).enabled).toBe(true);
    expect((await listSchedules(one.tenantId, { limit: 20 })).data).toEqual([]);
  });

  test("of many made at once no more than the limit stay", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: MAX_SCHEDULES + 4 }, () => createSchedule(actor(), wanted())));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(MAX_SCHEDULES);
    expect((await listSchedules(one.tenantId, { limit: 100 })).data).toHaveLength(MAX_SCHEDULES);
  });
});

describe("a time that is due", () => {
  test("starts one run in its maker's name and moves on; what was missed is not made up for", async () => {
    const id = await makeSchedule(one, { cron: "*/5 * * * *", due: "3 days" });
    expect(await startDueSchedules()).toBe(1);
    expect(await startDueSchedules()).toBe(0);
    const [run, ...more] = await runsOf(one);
    expect(more).toEqual([]);
    expect(run).toMatchObject({ user_id: one.userId, api_key_id: null, agent_id: one.agentId, input: "One sentence stands here.", metadata: { schedule_id: id } });
    const after = await requireSchedule(one.tenantId, id);
    expect(after).toMatchObject({ last_run_id: run?.id, failure: null });
    expect(Date.parse(after.next_run_at ?? "")).toBeGreaterThan(Date.now());
  });

  test("starts one run however many workers look at once", async () => {
    for (let n = 0; n < 8; n++) await makeSchedule(one, { due: "1 second" });
    await Promise.all(Array.from({ length: 6 }, () => startDueSchedules()));
    expect(await runsOf(one)).toHaveLength(8);
  });

  test("starts one run where two workers hold it, as when the first was slow", async () => {
    await makeSchedule(one, { due: "1 second" });
    const claimAgain = async () => {
      await owner().query("UPDATE schedule SET claimed_until = NULL");
      return startDueSchedules();
    };
    await Promise.all([startDueSchedules(), claimAgain(), claimAgain()]);
    await claimAgain();
    expect(await runsOf(one)).toHaveLength(1);
  });

  test("of a worker that died after it had claimed it is taken up again", async () => {
    const id = await makeSchedule(one, { due: "1 second" });
    await owner().query("SELECT * FROM claim_schedules(10)");
    expect(await startDueSchedules()).toBe(0);
    await owner().query("UPDATE schedule SET claimed_until = now() - interval '1 second' WHERE id = $1", [id]);
    expect(await startDueSchedules()).toBe(1);
    expect(await runsOf(one)).toHaveLength(1);
  });

  test("that is paused or deleted meanwhile starts nothing", async () => {
    const paused = await makeSchedule(one, { due: "1 second" });
    await updateSchedule(actor(), paused, { enabled: false });
    expect(await startDueSchedules()).toBe(0);
    expect(await runsOf(one)).toEqual([]);
  });
});

describe("a refusal is kept with the schedule, and the next time comes all the same", () => {
  const refusalOf = async (id: string, workspace = one) => {
    expect(await startDueSchedules()).toBe(1);
    const after = await requireSchedule(workspace.tenantId, id);
    expect(Date.parse(after.next_run_at ?? "")).toBeGreaterThan(Date.now());
    expect(after.last_run_id).toBeNull();
    return after.failure?.message;
  };

  test("no minutes left, paused, queue full", async () => {
    const poor = await makeWorkspace({ minutesMs: 0 });
    expect(await refusalOf(await makeSchedule(poor, { due: "1 second" }), poor)).toMatch(/agent-minutes of this period are used/);
    const full = await makeWorkspace({ queueDepth: 0 });
    expect(await refusalOf(await makeSchedule(full, { due: "1 second" }), full)).toMatch(/are waiting already/);
    await owner().query("UPDATE tenant SET paused_at = now(), pause_reason = 'test' WHERE id = $1", [one.tenantId]);
    expect(await refusalOf(await makeSchedule(one, { due: "1 second" }))).toMatch(/nothing new runs/);
    expect(await runsOf(poor)).toEqual([]);
  });

  test("the agent is archived; restored, the note goes with the next run", async () => {
    const agent = await makeAgent(one, "stint-extract-1");
    const id = await makeSchedule(one, { due: "1 second", agentId: agent.id });
    await owner().query("UPDATE agent SET archived_at = now() WHERE id = $1", [agent.id]);
    expect(await refusalOf(id)).toMatch(/no such agent/);
    await owner().query("UPDATE agent SET archived_at = NULL WHERE id = $1", [agent.id]);
    await owner().query("UPDATE schedule SET next_run_at = now() - interval '1 second', claimed_until = NULL WHERE id = $1", [id]);
    await startDueSchedules();
    expect(await requireSchedule(one.tenantId, id)).toMatchObject({ failure: null, last_run_id: expect.stringMatching(/^run_/) });
  });

  test("whoever made it has left, or may start nothing any more", async () => {
    const viewer = await makeUser({ workspace: one, role: "viewer" });
    expect(await refusalOf(await makeSchedule(one, { due: "1 second", createdBy: viewer }))).toMatch(/may no longer start runs/);
    await owner().query("DELETE FROM member WHERE user_id = $1", [viewer]);
    expect(await refusalOf(await makeSchedule(one, { due: "1 second", createdBy: viewer }))).toMatch(/no longer a member/);
  });

  test("one that is refused keeps no other from its run", async () => {
    const poor = await makeWorkspace({ minutesMs: 0 });
    await makeSchedule(poor, { due: "2 seconds" });
    await makeSchedule(one, { due: "1 second" });
    await startDueSchedules();
    expect(await runsOf(one)).toHaveLength(1);
  });
});
