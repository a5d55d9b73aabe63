/** A mail about money is one row, one mail to each person and one Message-ID, however often it is written, told and sent. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { mailsTo, waitForMail } from "@/e2e/fixtures/mail";
import { until } from "@/e2e/fixtures/until";
import { application, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { mailBilling, tellOfBilling, writeBillingMail } from "@/lib/billing/tell";
import type { BillingMail } from "@/lib/notifications/billing/schema";
import { closeDb, withTenant } from "@/lib/platform/db";
import { openQueue } from "@/lib/platform/queue";

afterAll(closeDb);

const FAILED: BillingMail = { kind: "payment_failed", plan: "pro", day: 0, amountCents: 14_900, invoiceNumber: "STINT-0007", payUrl: "https://invoice.stripe.example/i/7?a=1&b=2", graceEndsAt: "2026-12-01T14:05:00.000Z" };
const DISPUTE: BillingMail = { kind: "dispute_opened", amountCents: 4_900, invoiceNumber: null, openedAt: "2026-11-24T14:05:00.000Z" };
const KEY = "payment_failed:in_7:0";
const SUBJECT = /: a payment of \$149\.00 failed$/;

let one: Workspace;
let other: Workspace;
beforeEach(async () => {
  [one, other] = [await makeWorkspace(), await makeWorkspace()];
  await openQueue();
});

type Job = { tenantId: string; mailKey: string; userId: string };
const write = (of: Workspace, mail: BillingMail = FAILED, key = KEY) => withTenant(of.tenantId, (tx) => writeBillingMail(tx, of.tenantId, key, mail));
const rowsOf = async (of: Workspace) => (await owner().query<{ id: string; key: string; kind: string; told_at: Date | null }>("SELECT * FROM billing_mail WHERE tenant_id = $1", [of.tenantId])).rows;
const jobsOf = async (of: Workspace, name: string) => (await owner().query<{ data: Job }>("SELECT data FROM pgboss.job WHERE name = $2 AND data ->> 'tenantId' = $1 ORDER BY data ->> 'userId'", [of.tenantId, name])).rows.map(({ data }) => data);

async function addMember(of: Workspace, role: string): Promise<{ id: string; email: string }> {
  const id = newId("usr");
  const email = `${id}@test.example`;
  await owner().query("INSERT INTO user_account (id, email, name) VALUES ($1, $2, 'Ada')", [id, email]);
  await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, $3)", [of.tenantId, id, role]);
  return { id, email };
}

describe("a mail", () => {
  test("is written once for a key, by several at once, too, and not at all when its change is rolled back", async () => {
    await expect(withTenant(one.tenantId, async (tx) => {
      await writeBillingMail(tx, one.tenantId, KEY, FAILED);
      throw new Error("the change failed");
    })).rejects.toThrow("the change failed");
    expect([await rowsOf(one), await jobsOf(one, "billing.tell")]).toEqual([[], []]);

    const written = await Promise.all(Array.from({ length: 5 }, () => write(one)));
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await write(one, DISPUTE)).toBe(false);
    expect(await rowsOf(one)).toMatchObject([{ key: KEY, kind: "payment_failed", told_at: null }]);
    expect(await jobsOf(one, "billing.tell")).toEqual([{ tenantId: one.tenantId, mailKey: KEY }]);
    expect(await write(one, DISPUTE, "dispute:dp_1")).toBe(true);
    expect(await write(other)).toBe(true);
  });

  test("reaches owners and billing members, each by one mail, and a repeated job sends the same mail", async () => {
    const [second, billing] = [await addMember(one, "owner"), await addMember(one, "billing")];
    const untold = [await addMember(one, "admin"), await addMember(one, "developer"), await addMember(one, "viewer")];
    await write(one);
    const job = { tenantId: one.tenantId, mailKey: KEY };
    await Promise.all([tellOfBilling(job), tellOfBilling(job), tellOfBilling(job)]);
    await tellOfBilling(job);
    const told = [{ id: one.userId, email: one.email }, second, billing];
    expect((await jobsOf(one, "mail.billing")).map(({ userId }) => userId)).toEqual(told.map(({ id }) => id).sort());
    const [row] = await rowsOf(one);
    expect(row?.told_at).toBeInstanceOf(Date);

    // Each job as a worker repeats it that was killed after the SMTP server took the mail.
    for (const each of await jobsOf(one, "mail.billing")) for (let turn = 0; turn < 2; turn++) await mailBilling(each);
    for (const { id, email } of told) {
      const mail = await waitForMail(email, SUBJECT);
      expect(mail.text).toContain("\nhttps://invoice.stripe.example/i/7?a=1&b=2\n");
      for (const part of ["Pro stays in force until 1 December 2026, 14:05 UTC", `/t/${one.slug}/billing`]) expect(mail.text).toContain(part);
      expect(mail.html).toContain("https://invoice.stripe.example/i/7?a=1&amp;b=2");
      const sent = await mailsTo(email);
      expect(sent).toHaveLength(2);
      expect(new Set(sent.map(({ message_id }) => message_id))).toEqual(new Set([`<${row?.id}.${id}@localhost>`]));
    }
    for (const { email } of untold) expect(await mailsTo(email)).toEqual([]);
  });

  test("is told of in full after the teller was cut off between marking it and queueing the rest", async () => {
    const billing = await addMember(one, "billing");
    await write(one);
    const job = { tenantId: one.tenantId, mailKey: KEY };
    const blocker = await owner().connect();
    try {
      await blocker.query("BEGIN");
      await blocker.query("LOCK TABLE pgboss.job IN ACCESS EXCLUSIVE MODE");
      const telling = tellOfBilling(job).then(() => "told", () => "cut off");
      const waiting = () => blocker.query<{ pid: number }>("SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))");
      const { rows } = await until(waiting, (found) => found.rows.length > 0);
      for (const { pid } of rows) await application().query("SELECT pg_terminate_backend($1)", [pid]);
      expect(await telling).toBe("cut off");
    } finally {
      await blocker.query("ROLLBACK");
      blocker.release();
    }
    expect([(await rowsOf(one))[0]?.told_at, await jobsOf(one, "mail.billing")]).toEqual([null, []]);
    await tellOfBilling(job);
    expect((await jobsOf(one, "mail.billing")).map(({ userId }) => userId)).toEqual([one.userId, billing.id].sort());
  });

  test("of a dispute is for owners alone", async () => {
    const billing = await addMember(one, "billing");
    await write(one, DISPUTE, "dispute:dp_1");
    await tellOfBilling({ tenantId: one.tenantId, mailKey: "dispute:dp_1" });
    expect((await jobsOf(one, "mail.billing")).map(({ userId }) => userId)).toEqual([one.userId]);
    await mailBilling({ tenantId: one.tenantId, mailKey: "dispute:dp_1", userId: billing.id });
    expect(await mailsTo(billing.email)).toEqual([]);
  });

  test("says nothing to who left or lost the role, nor to another workspace", async () => {
    const [gone, lesser] = [await addMember(one, "billing"), await addMember(one, "owner")];
    await write(one);
    await tellOfBilling({ tenantId: other.tenantId, mailKey: KEY });
    await tellOfBilling({ tenantId: one.tenantId, mailKey: "nothing" });
    expect((await rowsOf(one))[0]?.told_at).toBeNull();
    await owner().query("DELETE FROM member WHERE user_id = $1", [gone.id]);
    await owner().query("UPDATE member SET role = 'admin' WHERE user_id = $1", [lesser.id]);
    for (const { id } of [gone, lesser]) await mailBilling({ tenantId: one.tenantId, mailKey: KEY, userId: id });
    await mailBilling({ tenantId: one.tenantId, mailKey: KEY, userId: other.userId });
    await mailBilling({ tenantId: other.tenantId, mailKey: KEY, userId: other.userId });
    await mailBilling({ tenantId: one.tenantId, mailKey: "nothing", userId: one.userId });
    for (const { email } of [gone, lesser, other, one]) expect(await mailsTo(email)).toEqual([]);
  });

  test("that cannot be read fails its job, and sends nothing", async () => {
    await write(one);
    await owner().query("UPDATE billing_mail SET data = data - 'payUrl' WHERE tenant_id = $1", [one.tenantId]);
    await expect(mailBilling({ tenantId: one.tenantId, mailKey: KEY, userId: one.userId })).rejects.toThrow(/payUrl/);
    expect(await mailsTo(one.email)).toEqual([]);
  });
});
