import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeKey, makeSession, makeWorkspace, owner, readCounter, sumLedger, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { admit, type AdmitAnswer } from "@/lib/limits/admission";
import { admitAll } from "@/lib/limits/repo";
import { closeDb } from "@/lib/platform/db";

afterAll(() => closeDb());

const CAP = 37;
const byKey = (hash: string) => ({ kind: "key", hash, address: null }) as const;
const count = (answers: AdmitAnswer[], kind: AdmitAnswer["kind"]): number => answers.filter((answer) => answer.kind === kind).length;

describe("counting API calls", () => {
  test("of many at once exactly the cap is admitted, whoever shares the statement", async () => {
    const workspace = await makeWorkspace({ apiCalls: CAP });
    const answers = await Promise.all(Array.from({ length: 200 }, () => admit(byKey(workspace.keyHash), true)));
    expect([count(answers, "admitted"), count(answers, "refused")]).toEqual([CAP, 200 - CAP]);
    expect((await readCounter(workspace)).calls).toBe(CAP);
    expect(await sumLedger(workspace, "api_calls")).toBe(CAP);
  });

  test("of many statements at once, as several processes send them, exactly the cap is granted", async () => {
    const workspace = await makeWorkspace({ apiCalls: CAP });
    const other = await makeKey(workspace);
    const rows = await Promise.all(Array.from({ length: 40 }, (_, n) => admitAll([{ ref: byKey(n % 2 ? workspace.keyHash : other.keyHash), count: 1 + (n % 3) }])));
    expect(rows.flat().reduce((sum, row) => sum + row.granted, 0)).toBe(CAP);
    expect((await readCounter(workspace)).calls).toBe(CAP);
    expect(await sumLedger(workspace, "api_calls")).toBe(CAP);
  });

  test("the first in a statement are served first, across two keys of one workspace and beside another workspace", async () => {
    const workspace = await makeWorkspace({ apiCalls: 5 });
    const second = await makeKey(workspace);
    const neighbour = await makeWorkspace();
    const rows = await admitAll([{ ref: byKey(workspace.keyHash), count: 3 }, { ref: byKey(neighbour.keyHash), count: 4 }, { ref: byKey(second.keyHash), count: 4 }]);
    expect(rows.map((row) => [row.ord, row.granted]).sort()).toEqual([[1, 3], [2, 4], [3, 2]]);
    const ledger = await owner().query<{ api_key_id: string; quantity: number }>("SELECT api_key_id, quantity FROM ledger WHERE tenant_id = $1 ORDER BY quantity", [workspace.tenantId]);
    expect(ledger.rows).toEqual([{ api_key_id: second.keyId, quantity: 2 }, { api_key_id: workspace.keyId, quantity: 3 }]);
  });

  test("two batches over many workspaces in opposite order do not wait for each other for ever", async () => {
    const workspaces = await Promise.all(Array.from({ length: 8 }, () => makeWorkspace()));
    const asked = workspaces.map((one) => ({ ref: byKey(one.keyHash), count: 1 }));
    await Promise.all(Array.from({ length: 30 }, (_, n) => admitAll(n % 2 ? asked : asked.toReversed())));
    for (const one of workspaces) expect((await readCounter(one)).calls).toBe(30);
  });

  test("free routes count nothing and are admitted when nothing is left", async () => {
    const workspace = await makeWorkspace({ apiCalls: 1 });
    expect((await admit(byKey(workspace.keyHash), true)).kind).toBe("admitted");
    expect((await admit(byKey(workspace.keyHash), true)).kind).toBe("refused");
    const answers = await Promise.all(Array.from({ length: 20 }, () => admit(byKey(workspace.keyHash), false)));
    expect(count(answers, "admitted")).toBe(20);
    expect((await readCounter(workspace)).calls).toBe(1);
    expect(await sumLedger(workspace, "api_calls")).toBe(1);
  });

  test("the statement is planned once a connection, and not for every batch, whichever migration defined it last", async () => {
    const { rows } = await owner().query<{ settings: string[] }>("SELECT proconfig AS settings FROM pg_proc WHERE proname = 'admit'");
    expect(rows).toEqual([{ settings: expect.arrayContaining(["plan_cache_mode=force_generic_plan"]) }]);
  });

  test("a new period begins with nothing used", async () => {
    const workspace = await makeWorkspace({ apiCalls: 1 });
    await admit(byKey(workspace.keyHash), true);
    // The same moment, seen as a month later: the counter now belongs to the period before.
    await owner().query("UPDATE usage_counter SET period_start = period_start - interval '1 month' WHERE tenant_id = $1", [workspace.tenantId]);
    expect((await admit(byKey(workspace.keyHash), true)).kind).toBe("admitted");
  });
});

describe("who is admitted", () => {
  let workspace: Workspace;
  beforeAll(async () => void (workspace = await makeWorkspace()));

  test("a key carries its workspace, maker, scopes and limits", async () => {
    const answer = await admit(byKey(workspace.keyHash), true);
    if (answer.kind !== "admitted") throw new Error(answer.kind);
    expect(answer.admission).toMatchObject({
      tenant: { id: workspace.tenantId, slug: workspace.slug, planId: workspace.planId, pausedAt: null }, key: { id: workspace.keyId }, userId: workspace.userId, role: "owner",
      usage: { ms: 0, leasedMs: 0, calls: 1 }, caps: { ms: 3_600_000, calls: 1_000_000 }, limits: { concurrentRuns: 10, agents: null },
    });
  });

  test("an unknown, a revoked and an expired key are the same stranger, and use up nothing", async () => {
    const own = await makeWorkspace();
    const revoked = await makeKey(own);
    await owner().query("UPDATE api_key SET revoked_at = now() WHERE id = $1", [revoked.keyId]);
    const expired = await makeKey(own, ["runs:read"], new Date(Date.now() - 1));
    for (const hash of ["00".repeat(32), revoked.keyHash, expired.keyHash]) expect(await admit(byKey(hash), true)).toEqual({ kind: "unknown" });
    expect((await readCounter(own)).calls).toBe(0);
  });

  test("good and bad keys in one batch get each their own answer", async () => {
    const answers = await Promise.all([byKey("11".repeat(32)), byKey(workspace.keyHash), byKey("22".repeat(32))].map((ref) => admit(ref, true)));
    expect(answers.map(({ kind }) => kind)).toEqual(["unknown", "admitted", "unknown"]);
  });

  test("a session is admitted where its user is a member, in the version that is current", async () => {
    const other = await makeWorkspace();
    const session = { kind: "user", ...(await makeSession(workspace.userId)), slug: workspace.slug } as const;
    expect((await admit(session, false)).kind).toBe("admitted");
    expect((await admit({ ...session, slug: other.slug }, false)).kind).toBe("unknown");
    expect((await admit({ ...session, slug: "no-such-workspace" }, false)).kind).toBe("unknown");
    expect((await admit({ ...session, sessionVersion: 0 }, false)).kind).toBe("unknown");
    expect((await admit({ ...session, userId: newId("usr") }, false)).kind).toBe("unknown");
  });

  test("a session without the second factor that its workspace asks for is told apart, and its calls are not counted", async () => {
    const own = await makeWorkspace();
    const session = { kind: "user", ...(await makeSession(own.userId)), slug: own.slug } as const;
    await owner().query("UPDATE tenant SET require_two_factor = true WHERE id = $1", [own.tenantId]);
    expect((await admit(session, true)).kind).toBe("two_factor_missing");
    expect((await admit(byKey(own.keyHash), false)).kind).toBe("admitted");
    expect((await readCounter(own)).calls).toBe(0);
    await owner().query("UPDATE user_account SET totp_secret = 'sealed', totp_enabled_at = now() WHERE id = $1", [own.userId]);
    expect((await admit(session, true)).kind).toBe("admitted");
    expect((await readCounter(own)).calls).toBe(1);
  });

  test("a key whose maker left keeps no role", async () => {
    const own = await makeWorkspace();
    await owner().query("DELETE FROM member WHERE tenant_id = $1", [own.tenantId]);
    const answer = await admit(byKey(own.keyHash), true);
    expect(answer.kind === "admitted" && answer.admission.role).toBeNull();
  });
});
