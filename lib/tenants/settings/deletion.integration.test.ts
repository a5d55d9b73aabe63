/** Deleting a workspace: asked for, undone, and, when its time has come, nothing left of it anywhere. */
import pg from "pg";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { fillEveryTable, listTenantTables } from "@/e2e/fixtures/every-table";
import { application, endLeftoverRuns, makeSession, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { admit } from "@/lib/limits/admission";
import { closeDb } from "@/lib/platform/db";
import { claimRun, readRunSignals } from "@/lib/runs/worker/repo";
import { GRACE_MS, keepTenant, mailDeletion, purgeDueTenants, requestDeletion } from "@/lib/tenants/settings/deletion";
import { readSettings, updateGeneral } from "@/lib/tenants/settings/service";

afterAll(async () => {
  // What is half gone would be due while other tests run.
  for (let turn = 0; turn < 2; turn++) {
    await owner().query("UPDATE tenant SET delete_after = now() - interval '1 second' WHERE delete_after < now() + interval '1 hour'");
    await purgeDueTenants();
  }
  await closeDb();
});

let one: Workspace;
let other: Workspace;
beforeEach(async () => {
  [one, other] = [await makeWorkspace(), await makeWorkspace()];
});

const actorOf = (of: Workspace, userId = of.userId) => ({ tenantId: of.tenantId, id: userId, userId, ip: "203.0.113.9", requestId: "req_1" });
type TenantState = { paused_at: Date | null; pause_reason: string | null; delete_after: Date | null };
const stateOf = async (of: Workspace) => (await owner().query<TenantState>("SELECT paused_at, pause_reason, delete_after FROM tenant WHERE id = $1", [of.tenantId])).rows[0];
const actionsOf = async (of: Workspace) => (await owner().query<{ action: string }>("SELECT action FROM audit_log WHERE tenant_id = $1 ORDER BY id", [of.tenantId])).rows.map(({ action }) => action);
type Job = { id: string; data: { tenantId: string; userId: string; askedBy: string } };
const jobsOf = async (of: Workspace) => (await owner().query<Job>("SELECT id, data FROM pgboss.job WHERE name = 'mail.tenant_deletion' AND data ->> 'tenantId' = $1 ORDER BY data ->> 'userId'", [of.tenantId])).rows;

async function addMember(of: Workspace, role: string): Promise<{ id: string; email: string }> {
  const id = newId("usr");
  const email = `${id}@test.example`;
  await owner().query("INSERT INTO user_account (id, email, name) VALUES ($1, $2, 'Ada')", [id, email]);
  await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, $3)", [of.tenantId, id, role]);
  return { id, email };
}

describe("asking for it", () => {
  test("takes the slug, pauses, gives 30 days, and can be asked twice", async () => {
    for (const wrong of ["", other.slug, one.slug.toUpperCase(), `${one.slug}x`]) await expect(requestDeletion(actorOf(one), wrong)).rejects.toMatchObject({ code: "invalid_field", param: "confirm" });
    expect(await stateOf(one)).toEqual({ paused_at: null, pause_reason: null, delete_after: null });
    const asked = await Promise.all([1, 2, 3].map(() => requestDeletion(actorOf(one), one.slug)));
    expect(new Set(asked.map((at) => at.getTime())).size).toBe(1);
    expect(Math.abs((asked[0]?.getTime() ?? 0) - Date.now() - GRACE_MS)).toBeLessThan(60_000);
    expect(await stateOf(one)).toEqual({ paused_at: expect.any(Date), pause_reason: "deletion", delete_after: asked[0] });
    expect(await actionsOf(one)).toEqual(["tenant.deletion_requested"]);
    expect(await jobsOf(one)).toHaveLength(1);
    expect((await stateOf(other))?.delete_after).toBeNull();
  });

  test("stops what runs, starts nothing new, and still lets members and keys read", async () => {
    await endLeftoverRuns();
    await queueRuns(one, 1);
    const claim = await claimRun("worker", 5_000, 100);
    const held = [{ runId: claim?.run_id ?? "", fence: claim?.fence ?? 0 }];
    expect(await readRunSignals(held)).toEqual([]);
    await queueRuns(one, 1);
    await requestDeletion(actorOf(one), one.slug);
    expect(await readRunSignals(held)).toEqual([{ run_id: claim?.run_id, signal: "paused" }]);
    expect(await claimRun("worker", 5_000, 100)).toBeNull();
    expect((await admit({ kind: "key", hash: one.keyHash, address: null }, true)).kind).toBe("admitted");
    expect(await admit({ kind: "user", ...(await makeSession(one.userId)), slug: one.slug }, false)).toMatchObject({ kind: "admitted", admission: { tenant: { deleteAfter: expect.any(Date), pausedAt: expect.any(Date) } } });
    await keepTenant(actorOf(one));
    expect(await readRunSignals(held)).toEqual([]);
    expect((await claimRun("worker", 5_000, 100))?.tenant_id).toBe(one.tenantId);
    await endLeftoverRuns();
  });

  test("tells every owner by mail, once each, and nobody else", async () => {
    const [second, admin, demoted] = [await addMember(one, "owner"), await addMember(one, "admin"), await addMember(one, "owner")];
    await requestDeletion(actorOf(one), one.slug);
    await owner().query("UPDATE member SET role = 'viewer' WHERE user_id = $1", [demoted.id]);
    const jobs = await jobsOf(one);
    expect(jobs.map(({ data }) => data.userId)).toEqual([one.userId, second.id, demoted.id].toSorted());
    for (const job of jobs) await mailDeletion(job.data, job.id);
    for (const email of [one.email, second.email]) {
      const [mail, ...more] = await readMails(email);
      expect(more).toEqual([]);
      expect(mail?.subject).toContain(`“${one.name}”`);
      expect(mail?.text).toContain(`/t/${one.slug}`);
      expect(mail?.text).toContain("Test Owner asked for the deletion");
      expect(mail?.text).toContain((await stateOf(one))?.delete_after?.toISOString().slice(0, 10));
    }
    for (const email of [admin.email, demoted.email]) expect(await readMails(email)).toEqual([]);
  });

  test("sends no mail about a workspace that was kept meanwhile", async () => {
    await requestDeletion(actorOf(one), one.slug);
    const [job] = await jobsOf(one);
    await keepTenant(actorOf(one));
    if (job) await mailDeletion(job.data, job.id);
    expect(job).toBeDefined();
    expect(await readMails(one.email)).toEqual([]);
  });
});

async function readMails(email: string): Promise<{ subject: string; text: string }[]> {
  return await (await fetch(`${process.env.STINT_TEST_MAIL_URL}/api/messages?to=${encodeURIComponent(email)}`)).json() as { subject: string; text: string }[];
}

describe("keeping it", () => {
  test("undoes the deletion and its pause, and is recorded once", async () => {
    await requestDeletion(actorOf(one), one.slug);
    await Promise.all([keepTenant(actorOf(one)), keepTenant(actorOf(one))]);
    expect(await stateOf(one)).toEqual({ paused_at: null, pause_reason: null, delete_after: null });
    expect(await actionsOf(one)).toEqual(["tenant.deletion_requested", "tenant.kept"]);
  });

  test("leaves a pause that was there before, with its reason", async () => {
    await owner().query("UPDATE tenant SET paused_at = '2026-01-02', pause_reason = 'quota' WHERE id = $1", [one.tenantId]);
    const before = await stateOf(one);
    const deleteAfter = await requestDeletion(actorOf(one), one.slug);
    expect(await stateOf(one)).toEqual({ ...before, delete_after: deleteAfter });
    await keepTenant(actorOf(one));
    expect(await stateOf(one)).toEqual(before);
  });

  test("is for owners, and not once the time has come", async () => {
    await requestDeletion(actorOf(one), one.slug);
    const admin = await addMember(one, "admin");
    await expect(keepTenant(actorOf(one, admin.id))).rejects.toMatchObject({ code: "not_found" });
    await expect(keepTenant(actorOf(one, other.userId))).rejects.toMatchObject({ code: "not_found" });
    const asked = await stateOf(one);
    await comeDue(one);
    await expect(keepTenant(actorOf(one))).rejects.toMatchObject({ code: "conflict" });
    expect((await stateOf(one))?.delete_after).not.toBeNull();
    await owner().query("UPDATE tenant SET delete_after = $2 WHERE id = $1", [one.tenantId, asked?.delete_after]);
    await keepTenant(actorOf(one));
  });
});

const comeDue = (of: Workspace) => owner().query("UPDATE tenant SET delete_after = now() - interval '1 second' WHERE id = $1", [of.tenantId]);

/** Every table of the product and of its queue, with its columns of bytes. */
async function listEveryTable(): Promise<{ name: string; bytes: string[] }[]> {
  const { rows } = await owner().query<{ name: string; bytes: string[] }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, ARRAY(SELECT format('%I', a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.atttypid = 'bytea'::regtype)::text[] AS bytes
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'pgboss') AND c.relkind IN ('r', 'p', 'm') ORDER BY 1`);
  return rows;
}

/** Tables in which something, in any column, holds one of these words. */
async function findTraces(words: string[]): Promise<string[]> {
  const traces: string[] = [];
  for (const { name, bytes } of await listEveryTable()) {
    // A row as text shows bytes as digits, so they are looked at as bytes, too.
    const inBytes = bytes.map((column) => `OR position(convert_to(w, 'UTF8') IN t.${column}) > 0`).join(" ");
    const { rows } = await owner().query<{ found: boolean }>(`SELECT EXISTS (SELECT 1 FROM ${name} t, unnest($1::text[]) w WHERE position(lower(w) IN lower(t::text)) > 0 ${inBytes}) AS found`, [words]);
    if (rows[0]?.found) traces.push(name);
  }
  return traces;
}

/** Every row of a workspace in every table, as the database has it. */
async function everythingOf(of: Workspace): Promise<unknown> {
  const tables = [...(await listTenantTables()).map((table) => [table, "tenant_id"]), ["tenant", "id"]];
  return Promise.all(tables.map(async ([table = "", column = ""]) => [table, (await owner().query<Record<string, unknown>>(`SELECT t::text AS row FROM ${pg.escapeIdentifier(table)} t WHERE ${column} = $1 ORDER BY 1`, [of.tenantId])).rows]));
}

async function fill(of: Workspace): Promise<void> {
  await fillEveryTable(of);
  // A slug that was changed and changed back stands in the audit log, and mails about it in the queue.
  await updateGeneral(actorOf(of), { name: of.name, slug: `${of.slug}-moved` });
  await updateGeneral(actorOf(of), { name: of.name, slug: of.slug });
  await requestDeletion(actorOf(of), of.slug);
}

describe("when its time has come", () => {
  test("nothing is left of it in any table, in as many statements as it takes, and another workspace stays row for row", async () => {
    const words = [one.tenantId, one.slug, one.name];
    for (const each of [one, other]) await fill(each);
    const traces = await findTraces(words);
    for (const table of [...(await listTenantTables()), "tenant"]) expect(traces).toContain(`public.${table}`);
    expect(traces).toContain("pgboss.job");
    const kept = await everythingOf(other);
    const jobsKept = await jobsOf(other);

    await purgeDueTenants(4);
    expect((await stateOf(one))?.delete_after).not.toBeNull();
    await comeDue(one);
    expect(await purgeDueTenants(4)).toBeGreaterThan(12);
    await comeDue(one);
    await purgeDueTenants(4);
    expect(await findTraces(words)).toEqual([]);
    expect(await everythingOf(other)).toEqual(kept);
    expect(await jobsOf(other)).toEqual(jobsKept);
    expect((await owner().query("SELECT 1 FROM user_account WHERE id = $1", [one.userId])).rowCount).toBe(1);
    expect((await readSettings(other.tenantId)).slug).toBe(other.slug);
  });

  test("the doors are shut first; a statement that is cut off is gone on with", async () => {
    await fill(one);
    await comeDue(one);
    const session = await makeSession(one.userId);
    const client = await application().connect();
    try {
      await client.query("BEGIN");
      await client.query("SELECT * FROM purge_tenant(6)");
      await client.query("ROLLBACK");
      expect((await admit({ kind: "user", ...session, slug: one.slug }, false)).kind).toBe("admitted");
      expect((await client.query("SELECT * FROM purge_tenant(6)")).rows).toEqual([{ tenant_id: one.tenantId, deleted: 6, finished: false }]);
    } finally {
      client.release();
    }
    expect((await admit({ kind: "user", ...session, slug: one.slug }, false)).kind).toBe("unknown");
    expect((await admit({ kind: "key", hash: one.keyHash, address: null }, false)).kind).toBe("unknown");
    expect((await everythingLeft(one)).length).toBeGreaterThan(0);
    await expect(keepTenant(actorOf(one))).rejects.toMatchObject({ code: "not_found" });
    await purgeDueTenants(6);
    expect(await everythingLeft(one)).toEqual(["tenant"]);
  });

  test("what a transaction from before still writes behind the purge goes too", async () => {
    await comeDue(one);
    await purgeDueTenants();
    expect(await everythingLeft(one)).toEqual(["tenant"]);
    // Not at once: whoever began before the purge may still be writing.
    expect(await purgeDueTenants()).toBe(0);
    expect(await everythingLeft(one)).toEqual(["tenant"]);
    await owner().query("INSERT INTO usage_counter (tenant_id, period_start) VALUES ($1, now())", [one.tenantId]);
    await comeDue(one);
    expect(await purgeDueTenants()).toBe(1);
    expect(await everythingLeft(one)).toEqual(["tenant"]);
    await comeDue(one);
    await purgeDueTenants();
    expect(await everythingLeft(one)).toEqual([]);
  });

  test("the tenant stays for its minute also when the last statement deleted exactly as many rows as it may", async () => {
    await comeDue(one);
    const rows = await countRows(one);
    expect(rows).toBeGreaterThan(1);
    expect(await purgeDueTenants(rows)).toBe(rows);
    expect(await everythingLeft(one)).toEqual(["tenant"]);
  });

  test("two workers at once take nothing twice and wait for nothing", async () => {
    for (const each of [one, other]) {
      await fill(each);
      await comeDue(each);
    }
    await Promise.all([purgeDueTenants(3), purgeDueTenants(3), purgeDueTenants(5)]);
    // A worker that found the other at work on a workspace went home; the next turn takes what is left.
    await purgeDueTenants(5);
    for (const each of [one, other]) expect(await everythingLeft(each)).toEqual(["tenant"]);
  });
});

async function countRows(of: Workspace): Promise<number> {
  let rows = 0;
  for (const table of await listTenantTables()) rows += (await owner().query(`SELECT 1 FROM ${pg.escapeIdentifier(table)} WHERE tenant_id = $1`, [of.tenantId])).rowCount ?? 0;
  return rows;
}

async function everythingLeft(of: Workspace): Promise<string[]> {
  const left: string[] = [];
  for (const table of await listTenantTables()) {
    if ((await owner().query(`SELECT 1 FROM ${pg.escapeIdentifier(table)} WHERE tenant_id = $1 LIMIT 1`, [of.tenantId])).rowCount) left.push(table);
  }
  return (await owner().query("SELECT 1 FROM tenant WHERE id = $1", [of.tenantId])).rowCount ? [...left, "tenant"] : left;
}
