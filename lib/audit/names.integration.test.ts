/** What the audit log's page calls people and things: of one's own workspace, and of nobody else's. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { nameAudited } from "@/lib/audit/service";
import type { AuditDto } from "@/lib/audit/schema";

let mine: Workspace;
let other: Workspace;
beforeAll(async () => {
  [mine, other] = [await makeWorkspace(), await makeWorkspace()];
  await owner().query("INSERT INTO audit_log (id, tenant_id, actor_type, actor_id, action, target_type, target_id) VALUES ($1, $2, 'user', $3, 'x', 'x', 'x')", [newId("aud"), mine.tenantId, mine.userId]);
});
afterAll(() => closeDb());

const entry = (actor: string, target: string): AuditDto => ({
  id: "aud_1", object: "audit_entry", action: "x", actor: { type: "user", id: actor }, target: { type: "x", id: target }, before: null, after: null, ip: null, request_id: null, created_at: "2026-11-24T12:00:00Z",
});

test("people and things of the workspace have their names", async () => {
  const names = await nameAudited(mine.tenantId, [entry(mine.userId, mine.agentId), entry(mine.keyId, mine.tenantId), entry("platform", "nothing")]);
  expect([...names.keys()].toSorted()).toEqual([mine.userId, mine.agentId, mine.keyId, mine.tenantId].toSorted());
  expect(names.get(mine.tenantId)).toBe(mine.name);
});

test("those of another have none, not even the people", async () => {
  expect(await nameAudited(mine.tenantId, [entry(other.userId, other.agentId), entry(other.keyId, other.tenantId)])).toEqual(new Map());
});
