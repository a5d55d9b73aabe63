/** Reading the audit log through the API: filters, pages, exports, and who may. */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as audit from "@/app/api/v1/audit/route";
import * as auditExport from "@/app/api/v1/audit/export/route";
import * as cancelRoute from "@/app/api/v1/runs/[id]/cancel/route";
import { makeKey, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import type { AuditDto } from "@/lib/audit/schema";
import type { ListBody } from "@/lib/core/pagination";
import { recordAudit } from "@/lib/audit/service";
import type { RouteHandler } from "@/lib/http/route-description";
import { closeDb, withTenant } from "@/lib/platform/db";

afterAll(() => closeDb());

const MANY = 620;
let one: Workspace;
beforeAll(async () => {
  one = await makeWorkspace();
  const other = await makeWorkspace();
  for (const each of [one, other]) {
    await withTenant(each.tenantId, async (tx) => {
      const actor = { tenantId: each.tenantId, id: each.userId, userId: each.userId, ip: "203.0.113.9", requestId: "req_1" };
      await recordAudit(tx, actor, { action: "agent.created", targetType: "agent", targetId: each.agentId, after: { name: '=HYPERLINK("x")' } });
      await recordAudit(tx, { ...actor, id: each.keyId }, { action: "api_key.revoked", targetType: "api_key", targetId: each.keyId });
    });
  }
  // More than one page of the export reads at a time, long ago.
  await owner().query(
    `INSERT INTO audit_log (id, tenant_id, actor_type, actor_id, action, target_type, target_id, created_at)
     SELECT 'aud_0000000000000' || to_char(n, 'FM00000') || $2, $1, 'user', 'usr_old', 'old.entry', 'x', '=1+1', '2020-05-05T12:00:00Z' FROM generate_series(1, $3) n`, [one.tenantId, one.tenantId.slice(-8), MANY]);
});

const send = (handler: RouteHandler, query: string, secret = one.secret) =>
  handler(new Request(`http://localhost/api/v1/audit?${query}`, { headers: { authorization: `Bearer ${secret}`, "x-forwarded-for": "203.0.113.7" } }), { params: Promise.resolve({}) });
/** The list of an answer, as the route's schema types it. */
const list = async (query: string): Promise<ListBody<AuditDto>> => (await send(audit.GET, query)).json() as Promise<ListBody<AuditDto>>;

test("newest first, page after page, each entry once and none of another workspace", async () => {
  const seen: AuditDto[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: ListBody<AuditDto> = await list(`limit=100${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.data);
    cursor = page.next_cursor;
  }
  expect(new Set(seen.map(({ id }) => id)).size).toBe(MANY + 2);
  expect(seen).toHaveLength(MANY + 2);
  expect(seen[0]).toMatchObject({ action: "api_key.revoked", actor: { type: "api_key", id: one.keyId } });
});

test.each([["action=agent.created", 1], ["action=api_key.*", 1], ["action=api_key", 0], ["action=%25", 0], ["actor=usr_old&limit=1", 1], ["from=2021-01-01", 2], ["to=2020-05-05", 0], ["from=2020-05-05&to=2020-05-06&limit=7", 7]])(
  "%s keeps %i", async (query, count) => expect((await list(query)).data).toHaveLength(count),
);
test("what it was done to", async () => expect((await list(`target=${one.agentId}`)).data).toMatchObject([{ action: "agent.created" }]));
test.each(["from=yesterday", "limit=0", "limit=101"])("%s is refused", async (query) => expect((await send(audit.GET, query)).status).toBe(422));

test("the exports hold every entry that the filter keeps; a cell is never a formula", async () => {
  const json = await send(auditExport.GET, "format=json");
  expect(json.headers.get("content-disposition")).toBe(`attachment; filename="audit-${one.slug}.json"`);
  expect(await json.json()).toHaveLength(MANY + 2);
  expect(await (await send(auditExport.GET, "format=json&action=nothing")).json()).toEqual([]);
  const csv = await send(auditExport.GET, "format=csv&from=2020-01-01&to=2021-01-01");
  expect(csv.headers.get("content-type")).toMatch(/^text\/csv/);
  const lines = (await csv.text()).trimEnd().split("\r\n");
  expect(lines).toHaveLength(MANY + 1);
  expect(lines[0]).toBe("id,created_at,action,actor_type,actor_id,target_type,target_id,ip,request_id,before,after");
  expect(lines[1]).toContain(",x,'=1+1,,,,");
  expect(await (await send(auditExport.GET, "format=csv&action=agent.*")).text()).toContain('"{""name"":""=HYPERLINK(\\""x\\"")""}"');
});

test("only with the scope, and only while the maker's role has it", async () => {
  const narrow = await makeKey(one, ["agents:read"]);
  for (const handler of [audit.GET, auditExport.GET]) expect((await send(handler, "", narrow.secret)).status).toBe(403);
  await owner().query("UPDATE member SET role = 'developer' WHERE tenant_id = $1", [one.tenantId]);
  for (const handler of [audit.GET, auditExport.GET]) expect((await send(handler, "")).status).toBe(403);
  await owner().query("UPDATE member SET role = 'owner' WHERE tenant_id = $1", [one.tenantId]);
});

test("canceling a run is an entry, once", async () => {
  const two = await makeWorkspace();
  const [run = ""] = await queueRuns(two, 1);
  const cancel = (): Promise<Response> => cancelRoute.POST(new Request(`http://localhost/api/v1/runs/${run}/cancel`, { method: "POST", headers: { authorization: `Bearer ${two.secret}` } }), { params: Promise.resolve({ id: run }) });
  for (let time = 0; time < 3; time++) expect((await cancel()).status).toBe(200);
  const { rows } = await owner().query("SELECT action, actor_id, before FROM audit_log WHERE tenant_id = $1 AND target_id = $2", [two.tenantId, run]);
  expect(rows).toEqual([{ action: "run.canceled", actor_id: two.keyId, before: { status: "queued" } }]);
});
