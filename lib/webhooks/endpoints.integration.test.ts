/** Endpoints belong to one workspace, their secrets are sealed and shown once, and a rotation leaves two that sign. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { listDeliveries, replayDelivery, requireDelivery, sendTestEvent } from "@/lib/webhooks/deliveries/service";
import { createEndpointSchema, MOST_ENDPOINTS } from "@/lib/webhooks/schema";
import { openEndpointSecrets } from "@/lib/webhooks/secrets";
import { createEndpoint, deleteEndpoint, listEndpoints, purgeWebhooks, requireEndpoint, rotateEndpointSecret, updateEndpoint } from "@/lib/webhooks/service";

afterAll(closeDb);

let one: Workspace;
let other: Workspace;
beforeEach(async () => {
  [one, other] = [await makeWorkspace(), await makeWorkspace()];
});

const actorOf = (of: Workspace) => ({ tenantId: of.tenantId, id: of.userId, userId: of.userId, ip: "203.0.113.9", requestId: "req_1" });
const make = (of: Workspace, fields: object = {}) => createEndpoint(actorOf(of), createEndpointSchema.parse({ url: "https://example.com/hooks", ...fields }));
type Row = { secret: string; previous_secret: string | null; enabled: boolean; deleted_at: Date | null };
const rowOf = async (id: string): Promise<Row | undefined> => (await owner().query<Row>("SELECT * FROM webhook_endpoint WHERE id = $1", [id])).rows[0];
const actionsOf = async (of: Workspace) => (await owner().query<{ action: string; after: unknown }>("SELECT action, after FROM audit_log WHERE tenant_id = $1 ORDER BY id", [of.tenantId])).rows;

describe("an endpoint", () => {
  test("has its secret sealed at rest, in nothing but the first answer, and in no audit row", async () => {
    const { id, secret } = await make(one, { description: "orders" });
    const row = await rowOf(id);
    expect(secret).toMatch(/^whsec_/);
    expect(row?.secret).toMatch(/^s1\./);
    expect(openEndpointSecrets(id, { secret: row?.secret ?? "", previousSecret: null })).toEqual([secret]);
    expect(JSON.stringify(await requireEndpoint(one.tenantId, id))).not.toContain("whsec_");
    const audit = await actionsOf(one);
    expect(audit).toEqual([{ action: "webhook_endpoint.created", after: { url: "https://example.com/hooks", description: "orders", event_types: ["*"], enabled: true } }]);
  });

  test("cannot have its sealed secret moved to another endpoint", async () => {
    const [first, second] = [await make(one), await make(one)];
    const row = await rowOf(first.id);
    expect(() => openEndpointSecrets(second.id, { secret: row?.secret ?? "", previousSecret: null })).toThrow("does not open");
  });

  test("keeps two secrets after a rotation, and only two after the next", async () => {
    const { id, secret: first } = await make(one);
    const { secret: second, previous_secret_expires_at: end } = await rotateEndpointSecret(actorOf(one), id);
    const open = async () => {
      const row = await rowOf(id);
      return openEndpointSecrets(id, { secret: row?.secret ?? "", previousSecret: row?.previous_secret ?? null });
    };
    expect(await open()).toEqual([second, first]);
    expect(new Date(end ?? 0).getTime() - Date.now()).toBeGreaterThan(23 * 3_600_000);
    const { secret: third } = await rotateEndpointSecret(actorOf(one), id);
    expect(await open()).toEqual([third, second]);
    expect((await actionsOf(one)).map(({ action }) => action)).toEqual(["webhook_endpoint.created", "webhook_endpoint.secret_rotated", "webhook_endpoint.secret_rotated"]);
  });

  test("rotated twice at once gets one new secret or two in a row, never a lost one", async () => {
    const { id } = await make(one);
    const outcomes = await Promise.allSettled([rotateEndpointSecret(actorOf(one), id), rotateEndpointSecret(actorOf(one), id)]);
    const made = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.secret] : []));
    const row = await rowOf(id);
    expect(made.length).toBeGreaterThan(0);
    const open = openEndpointSecrets(id, { secret: row?.secret ?? "", previousSecret: row?.previous_secret ?? null });
    for (const secret of made) expect(open).toContain(secret);
  });

  test("is disabled, enabled and changed field by field", async () => {
    const { id } = await make(one);
    expect(await updateEndpoint(actorOf(one), id, { enabled: false })).toMatchObject({ enabled: false, disabled_reason: "user", url: "https://example.com/hooks" });
    await expect(sendTestEvent(actorOf(one), id)).rejects.toMatchObject({ code: "conflict" });
    await owner().query("UPDATE webhook_endpoint SET failing_since = now() WHERE id = $1", [id]);
    expect(await updateEndpoint(actorOf(one), id, { enabled: true, event_types: ["run.failed"] })).toMatchObject({ enabled: true, disabled_reason: null, disabled_at: null, failing_since: null, event_types: ["run.failed"] });
  });

  test("is at https, or where the operator allows http", async () => {
    await expect(make(one, { url: "http://example.com" })).rejects.toMatchObject({ code: "invalid_field", param: "url" });
    const { id } = await make(one, { url: "http://127.77.0.9:8080/" });
    await expect(updateEndpoint(actorOf(one), id, { url: "http://127.78.0.1/" })).rejects.toMatchObject({ param: "url" });
  });

  test(`is one of at most ${MOST_ENDPOINTS}, however many are asked for at once`, async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: MOST_ENDPOINTS + 3 }, () => make(one)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(MOST_ENDPOINTS);
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
    await make(other);
  });

  test("once deleted is nowhere, gets nothing, and goes with the purge", async () => {
    const { id } = await make(one);
    const { id: delivery } = await sendTestEvent(actorOf(one), id);
    expect(await deleteEndpoint(actorOf(one), id)).toEqual({ id, object: "webhook_endpoint", deleted: true });
    expect((await listEndpoints(one.tenantId, { limit: 20 })).data).toEqual([]);
    for (const ask of [() => requireEndpoint(one.tenantId, id), () => deleteEndpoint(actorOf(one), id), () => rotateEndpointSecret(actorOf(one), id), () => requireDelivery(one.tenantId, delivery), () => replayDelivery(actorOf(one), delivery)])
      await expect(ask()).rejects.toMatchObject({ code: "not_found" });
    await purgeWebhooks(1);
    expect(await rowOf(id)).toBeUndefined();
    expect((await owner().query("SELECT 1 FROM webhook_delivery WHERE id = $1", [delivery])).rowCount).toBe(0);
  });
});

describe("another workspace", () => {
  test("sees, changes and sends nothing", async () => {
    const { id } = await make(one);
    const { id: delivery } = await sendTestEvent(actorOf(one), id);
    const intruder = actorOf(other);
    const tries = [
      () => requireEndpoint(other.tenantId, id), () => updateEndpoint(intruder, id, { enabled: false }), () => deleteEndpoint(intruder, id), () => rotateEndpointSecret(intruder, id), () => sendTestEvent(intruder, id),
      () => listDeliveries(other.tenantId, id, { limit: 20 }), () => requireDelivery(other.tenantId, delivery), () => replayDelivery(intruder, delivery),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
    expect((await listEndpoints(other.tenantId, { limit: 20 })).data).toEqual([]);
    expect(await actionsOf(other)).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ enabled: true, deleted_at: null, previous_secret: null });
  });

  test("nor does an id that is none", async () => {
    for (const id of ["", "whk_1", "' OR 1=1", newId("whk"), newId("run")]) await expect(requireEndpoint(one.tenantId, id)).rejects.toMatchObject({ code: "not_found" });
  });
});
