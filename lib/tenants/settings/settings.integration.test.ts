/** A workspace's settings: what is kept, what is refused, and what the audit log says of it. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "@/e2e/fixtures/until";
import { makeSession, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { admit } from "@/lib/limits/admission";
import { closeDb } from "@/lib/platform/db";
import { createTenant } from "@/lib/tenants/service";
import { findMovedTo, MOST_OLD_SLUGS, readSettings, updateAccess, updateGeneral, updateRetention } from "@/lib/tenants/settings/service";

afterAll(closeDb);

let one: Workspace;
let other: Workspace;
beforeEach(async () => {
  [one, other] = [await makeWorkspace(), await makeWorkspace()];
});

const actorOf = (of: Workspace) => ({ tenantId: of.tenantId, id: of.userId, userId: of.userId, ip: "203.0.113.9", requestId: "req_1" });
const rename = (of: Workspace, slug: string, name = of.name) => updateGeneral(actorOf(of), { name, slug });
const newSlug = () => `slug-${newId("ten").slice(-10)}`;
const taken = { code: "conflict", param: "slug" };
/** Whether somebody waits for what another transaction holds. */
const isHeldUp = async () => (await owner().query("SELECT 1 FROM pg_locks WHERE NOT granted")).rowCount !== 0;
const audited = async (of: Workspace) => (await owner().query<{ action: string; before: unknown; after: unknown }>("SELECT action, before, after FROM audit_log WHERE tenant_id = $1 ORDER BY id", [of.tenantId])).rows;

describe("name and slug", () => {
  test("both change, the log tells, and saving the same again is no change", async () => {
    const slug = newSlug();
    expect(await rename(one, slug, "Renamed")).toBe(slug);
    expect(await rename(one, slug, "Renamed")).toBe(slug);
    expect(await readSettings(one.tenantId)).toMatchObject({ name: "Renamed", slug, oldSlugs: [one.slug] });
    expect(await audited(one)).toEqual([{ action: "tenant.updated", before: { name: one.name, slug: one.slug }, after: { name: "Renamed", slug } }]);
  });

  test("the old address leads members on, from the first to the last, and nobody else anywhere", async () => {
    const [second, third] = [newSlug(), newSlug()];
    await rename(one, second);
    await rename(one, third);
    const mine = await makeSession(one.userId);
    for (const old of [one.slug, second]) {
      expect(await findMovedTo(mine, old)).toBe(third);
      expect(await findMovedTo(await makeSession(other.userId), old)).toBeNull();
      expect((await admit({ kind: "user", ...mine, slug: old }, false)).kind).toBe("unknown");
    }
    expect(await findMovedTo(mine, "no-such-workspace")).toBeNull();
    expect((await admit({ kind: "user", ...mine, slug: third }, false)).kind).toBe("admitted");
  });

  test("one's own old slug comes back; it is nobody else's meanwhile, and nor is one in use", async () => {
    const slug = newSlug();
    await rename(one, slug);
    for (const theirs of [one.slug, slug]) await expect(rename(other, theirs)).rejects.toMatchObject(taken);
    expect((await createTenant({ ...(await makeSession(await newUser())), ip: "", requestId: "" }, one.slug)).slug).not.toBe(one.slug);
    expect(await rename(one, one.slug)).toBe(one.slug);
    expect((await readSettings(one.tenantId)).oldSlugs).toEqual([slug]);
    expect((await readSettings(other.tenantId)).slug).toBe(other.slug);
    expect(await audited(other)).toEqual([]);
  });

  test("a race for one slug has one winner; the others keep what they had", async () => {
    const slug = newSlug();
    const racers = [one, other, ...(await Promise.all(Array.from({ length: 6 }, () => makeWorkspace())))];
    const results = await Promise.allSettled(racers.map((racer) => rename(racer, slug)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const [at, result] of results.entries()) {
      const racer = racers[at] ?? one;
      if (result.status === "rejected") expect(result.reason).toMatchObject(taken);
      expect(await readSettings(racer.tenantId)).toMatchObject(result.status === "rejected" ? { slug: racer.slug, oldSlugs: [] } : { slug, oldSlugs: [racer.slug] });
    }
  });

  test("whoever is given up and wanted at the same moment has one owner", async () => {
    for (let round = 0; round < 5; round++) {
      const { slug } = await readSettings(one.tenantId);
      await Promise.allSettled([rename(one, newSlug()), rename(other, slug)]);
      const { rows } = await owner().query("SELECT id FROM tenant WHERE slug = $1 UNION ALL SELECT tenant_id FROM tenant_slug WHERE slug = $1", [slug]);
      expect(rows).toEqual([{ id: one.tenantId }]);
    }
  });

  test("a workspace that is made while the slug is taken makes it a field error, not a failure", async () => {
    const slug = newSlug();
    const client = await owner().connect();
    try {
      await client.query("BEGIN");
      await client.query("INSERT INTO tenant (id, slug, name, plan_id) VALUES ($1, $2, 'Being made', $3)", [newId("ten"), slug, one.planId]);
      const asked = rename(one, slug);
      const refused = expect(asked).rejects.toMatchObject(taken);
      await until(isHeldUp, Boolean);
      await client.query("COMMIT");
      await refused;
    } finally {
      client.release();
    }
    expect(await readSettings(one.tenantId)).toMatchObject({ slug: one.slug, oldSlugs: [] });
  });

  test("nobody collects addresses without end", async () => {
    for (let count = 0; count < MOST_OLD_SLUGS; count++) await rename(one, newSlug());
    await expect(rename(one, newSlug())).rejects.toMatchObject(taken);
    expect(await rename(one, one.slug)).toBe(one.slug);
  });
});

async function newUser(): Promise<string> {
  const id = newId("usr");
  await owner().query("INSERT INTO user_account (id, email, name) VALUES ($1, $2, 'Ada')", [id, `${id}@test.example`]);
  return id;
}

describe("access", () => {
  test("two-factor authentication is required by somebody who has it, and shuts the door for who has not", async () => {
    const input = { require_two_factor: true, invitation_domains: ["example.com"] };
    await expect(updateAccess(actorOf(one), false, input)).rejects.toMatchObject({ code: "conflict", param: "require_two_factor" });
    expect(await readSettings(one.tenantId)).toMatchObject({ requireTwoFactor: false, invitationDomains: [], members: 1, membersWithoutTwoFactor: 1 });
    expect(await audited(one)).toEqual([]);
    await owner().query("UPDATE user_account SET totp_secret = 'sealed', totp_enabled_at = now() WHERE id = $1", [one.userId]);
    const late = await newUser();
    await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, 'viewer')", [one.tenantId, late]);
    await updateAccess(actorOf(one), true, input);
    expect(await readSettings(one.tenantId)).toMatchObject({ requireTwoFactor: true, invitationDomains: ["example.com"], members: 2, membersWithoutTwoFactor: 1 });
    expect(await audited(one)).toEqual([{ action: "tenant.access_updated", before: { require_two_factor: false, invitation_domains: [] }, after: { require_two_factor: true, invitation_domains: ["example.com"] } }]);
    const kindOf = async (userId: string) => (await admit({ kind: "user", ...(await makeSession(userId)), slug: one.slug }, false)).kind;
    expect([await kindOf(one.userId), await kindOf(late)]).toEqual(["admitted", "two_factor_missing"]);
    await updateAccess(actorOf(one), true, { ...input, require_two_factor: false });
    expect(await kindOf(late)).toBe("admitted");
    expect((await readSettings(other.tenantId)).requireTwoFactor).toBe(false);
  });
});

test("the time for contents is the workspace's own, and recorded", async () => {
  await updateRetention(actorOf(one), 7);
  await updateRetention(actorOf(one), 7);
  expect([(await readSettings(one.tenantId)).contentRetentionDays, (await readSettings(other.tenantId)).contentRetentionDays]).toEqual([7, 30]);
  expect(await audited(one)).toEqual([{ action: "tenant.retention_updated", before: { content_retention_days: 30 }, after: { content_retention_days: 7 } }]);
});
