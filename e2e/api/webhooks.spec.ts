/** Webhooks over the API of a running application: its own worker sends to a real receiver, whose verifier is the official one. */
import { expect, test } from "@playwright/test";
import { Webhook } from "standardwebhooks";
import { startReceiver, type Receiver } from "../fixtures/receiver";
import { until } from "../fixtures/until";
import { makeWorkspace, owner, type Workspace } from "../fixtures/workspace";
import { call, json, type ErrorBody } from "./client";

type Endpoint = { id: string; object: string; url: string; event_types: string[]; enabled: boolean; disabled_reason: string | null; secret?: string | null; secret_note?: string; previous_secret_expires_at: string | null };
type Delivery = { id: string; event_id: string; event_type: string; status: string; attempts: number; payload: { data: { id: string } }; log: { status_code: number | null; response: string }[] };
type List<T> = { object: string; data: T[]; has_more: boolean; next_cursor: string | null };

const BASE = "/api/v1/webhook_endpoints";
let one: Workspace;
let receiver: Receiver;
test.beforeEach(async () => {
  one = await makeWorkspace();
  receiver = await startReceiver({ status: 200, body: "thanks" });
});
test.afterEach(() => receiver.close());

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => call(method, path, { key: one.secret, body, headers });
const make = async (fields: object = {}) => json<Endpoint>(await ask("POST", BASE, { url: receiver.url, ...fields }));
const deliveriesOf = async (id: string, query = "") => (await json<List<Delivery>>(await ask("GET", `${BASE}/${id}/deliveries${query}`))).data;

test("a run that ends is told, after the receiver failed first, and can be replayed", async () => {
  receiver.answer({ status: 503, body: "not yet" }, { status: 204 });
  const { id, secret } = await make({ event_types: ["run.succeeded"] });
  const run = await json<{ id: string; status: string }>(await ask("POST", "/api/v1/runs", { agent: one.agentSlug, input: "One sentence stands here. Another follows it.", wait: true, metadata: { order: "42" } }));
  expect(run.status).toBe("succeeded");
  // The first wait is about five seconds, and nobody has to sit through it.
  await until(() => deliveriesOf(id), ([first]) => first?.attempts === 1 && first.status === "pending");
  await owner().query("UPDATE webhook_delivery SET next_attempt_at = now() WHERE endpoint_id = $1", [id]);
  const [delivery] = await until(() => deliveriesOf(id, "?status=succeeded"), ([first]) => first !== undefined);
  if (!delivery) throw new Error("nothing was delivered");
  for (const got of receiver.received) {
    expect(got.headers["webhook-id"]).toBe(delivery.event_id);
    expect(new Webhook(secret ?? "").verify(got.body, got.headers as Record<string, string>)).toMatchObject({ type: "run.succeeded", tenant_id: one.tenantId, data: { id: run.id, metadata: { order: "42" } } });
  }
  const full = await json<Delivery>(await ask("GET", `/api/v1/webhook_deliveries/${delivery.id}`));
  expect(full.log.map(({ status_code, response }) => [status_code, response])).toEqual([[204, ""], [503, "not yet"]]);
  expect(full.payload.data.id).toBe(run.id);
  expect(JSON.stringify(full.payload)).not.toContain("One sentence stands here");
  expect((await ask("POST", `/api/v1/webhook_deliveries/${delivery.id}/replay`)).status).toBe(200);
  await until(() => receiver.received.length, (count) => count === 3);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
});

test("a test event arrives, under two signatures after a rotation", async () => {
  const made = await make();
  const rotated = await json<Endpoint>(await ask("POST", `${BASE}/${made.id}/rotate_secret`));
  expect(rotated.previous_secret_expires_at).not.toBeNull();
  const sent = await ask("POST", `${BASE}/${made.id}/test`);
  expect(sent.status).toBe(201);
  const delivery = await json<Delivery>(sent);
  expect(delivery).toMatchObject({ event_type: "webhook.test", status: "pending", attempts: 0 });
  await until(() => receiver.received.length, (count) => count === 1);
  const got = receiver.received[0];
  for (const secret of [made.secret, rotated.secret]) expect(new Webhook(secret ?? "").verify(got?.body ?? "", got?.headers as Record<string, string>)).toMatchObject({ id: delivery.event_id, type: "webhook.test" });
});

test("an endpoint's life: made once for its Idempotency-Key, listed, changed, disabled, deleted; its secret in the first answer alone", async () => {
  const create = () => ask("POST", BASE, { url: "https://example.com/hooks", description: "orders" }, { "idempotency-key": "make" });
  const first = await create();
  expect(first.status).toBe(201);
  const made = await json<Endpoint>(first);
  expect(made).toMatchObject({ object: "webhook_endpoint", event_types: ["*"], enabled: true, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) });
  const again = await json<Endpoint>(await create());
  expect(again).toMatchObject({ id: made.id, secret: null, secret_note: expect.any(String) });
  const rotate = () => ask("POST", `${BASE}/${made.id}/rotate_secret`, undefined, { "idempotency-key": "rotate" });
  const rotated = await json<Endpoint>(await rotate());
  expect(await json<Endpoint>(await rotate())).toMatchObject({ id: made.id, secret: null });
  const shown = await (await ask("GET", `${BASE}/${made.id}`)).text() + await (await ask("GET", BASE)).text();
  for (const secret of [made.secret, rotated.secret]) expect(shown).not.toContain(secret);
  expect(await json<Endpoint>(await ask("PATCH", `${BASE}/${made.id}`, { event_types: ["run.failed"], enabled: false }))).toMatchObject({ event_types: ["run.failed"], enabled: false, disabled_reason: "user", url: "https://example.com/hooks" });
  expect((await ask("POST", `${BASE}/${made.id}/test`)).status).toBe(409);
  expect(await json(await ask("DELETE", `${BASE}/${made.id}`))).toEqual({ id: made.id, object: "webhook_endpoint", deleted: true });
  for (const [method, path] of [["GET", ""], ["PATCH", ""], ["DELETE", ""], ["POST", "/rotate_secret"], ["POST", "/test"], ["GET", "/deliveries"]] as const) {
    expect((await ask(method, `${BASE}/${made.id}${path}`, method === "PATCH" ? {} : undefined)).status, `${method} ${path}`).toBe(404);
  }
  expect((await json<List<Endpoint>>(await ask("GET", BASE))).data).toEqual([]);
});

test("what is wrong is named", async () => {
  for (const [body, param] of [
    [{}, "url"], [{ url: "nowhere" }, "url"], [{ url: "http://example.com" }, "url"], [{ url: "https://a:b@example.com" }, "url"], [{ url: "https://example.com", event_types: [] }, "event_types"],
    [{ url: "https://example.com", event_types: ["run.started"] }, "event_types"], [{ url: "https://example.com", description: "x".repeat(201) }, "description"],
  ] as const) {
    const response = await ask("POST", BASE, body);
    expect(response.status, JSON.stringify(body)).toBe(422);
    expect((await json<ErrorBody>(response)).error.param).toMatch(new RegExp(`^${param}`));
  }
  for (let n = 0; n < 10; n++) expect((await ask("POST", BASE, { url: "https://example.com" })).status).toBe(201);
  expect((await ask("POST", BASE, { url: "https://example.com" })).status).toBe(409);
});

test("lists walk by cursor, and filter by status", async () => {
  const { id } = await make();
  for (let n = 0; n < 3; n++) await ask("POST", `${BASE}/${id}/test`);
  await until(() => deliveriesOf(id, "?status=succeeded"), (found) => found.length === 3);
  const first = await json<List<Delivery>>(await ask("GET", `${BASE}/${id}/deliveries?limit=2`));
  expect(first.has_more).toBe(true);
  const second = await json<List<Delivery>>(await ask("GET", `${BASE}/${id}/deliveries?limit=2&cursor=${first.next_cursor}`));
  expect([...first.data, ...second.data].map((one_) => one_.id)).toEqual((await deliveriesOf(id)).map((one_) => one_.id));
  expect(second.has_more).toBe(false);
  expect(await deliveriesOf(id, "?status=failed")).toEqual([]);
  expect((await ask("GET", `${BASE}/${id}/deliveries?status=lost`)).status).toBe(422);
});
