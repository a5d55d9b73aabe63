/** Secrets at rest move under a new key while they are in use, and none is forgotten. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { fillEveryTable } from "@/e2e/fixtures/every-table";
import { makeModelKey } from "@/e2e/fixtures/model-keys";
import { makeTool } from "@/e2e/fixtures/tools";
import { makeWorkspace, owner } from "@/e2e/fixtures/workspace";
import { parseSecretsKeys } from "@/lib/core/secrets-keys";
import { closeDb } from "@/lib/platform/db";
import { openSecret, sealSecret } from "@/lib/platform/vault";
import { rotateSecrets, SECRET_COLUMNS } from "./rotate";

const key = (id: string): string => `${id}:${randomBytes(32).toString("base64")}`;
const [OLD, NEW] = [key("old1"), key("new1")];
const ring = (...keys: string[]) => parseSecretsKeys(keys.join(",")) ?? new Map<string, Uint8Array<ArrayBuffer>>();
const placeOf = (userId: string): string => `user_account.totp_secret:${userId}`;

beforeEach(() => owner().query("UPDATE tool SET secret_headers = NULL"));
afterAll(async () => {
  await forgetSecrets();
  await closeDb();
});

/** Leaves no secret of another test, which is under another key. */
async function forgetSecrets(): Promise<void> {
  await owner().query("UPDATE user_account SET totp_secret = NULL, totp_enabled_at = NULL");
  await owner().query("DELETE FROM webhook_endpoint");
  await owner().query("DELETE FROM model_key");
}

async function sealFor(keys: string): Promise<string> {
  const { userId } = await makeWorkspace();
  await owner().query("UPDATE user_account SET totp_secret = $2 WHERE id = $1", [userId, sealSecret(`secret of ${userId}`, placeOf(userId), ring(keys))]);
  return userId;
}
const stored = async (userId: string): Promise<string> => (await owner().query<{ sealed: string }>("SELECT totp_secret AS sealed FROM user_account WHERE id = $1", [userId])).rows[0]?.sealed ?? "";
async function rotate(...keys: string[]) {
  const client = await owner().connect();
  try {
    return await rotateSecrets(client, ring(...keys));
  } finally {
    client.release();
  }
}

describe("rotation", () => {
  test("moves what is under an old key, leaves what is under the newest, and opens without the old one afterwards", async () => {
    await forgetSecrets();
    const users = [await sealFor(OLD), await sealFor(OLD), await sealFor(NEW)];
    const kept = await stored(users[2] ?? "");
    expect(await rotate(NEW, OLD)).toEqual({ moved: 2, under: { new1: 3 }, faults: [] });
    for (const userId of users) expect(openSecret(await stored(userId), placeOf(userId), ring(NEW))).toBe(`secret of ${userId}`);
    expect(await stored(users[2] ?? "")).toBe(kept);
    expect(await rotate(NEW)).toEqual({ moved: 0, under: { new1: 3 }, faults: [] });
  });

  test("names what does not open, without its contents, and goes on with the others", async () => {
    await forgetSecrets();
    const [good, lost] = [await sealFor(OLD), await sealFor(key("lost1"))];
    const { moved, faults } = await rotate(NEW, OLD);
    expect(moved).toBe(1);
    expect(faults).toEqual([`user_account.totp_secret ${lost}: The key \`lost1\` is not among SECRETS_KEYS.`]);
    expect(openSecret(await stored(good), placeOf(good), ring(NEW))).toBe(`secret of ${good}`);
  });

  test("moves both secrets of a webhook endpoint", async () => {
    await forgetSecrets();
    const one = await makeWorkspace();
    await fillEveryTable(one);
    await owner().query("DELETE FROM model_key");
    const { rows } = await owner().query<{ id: string }>("SELECT id FROM webhook_endpoint WHERE tenant_id = $1", [one.tenantId]);
    const id = rows[0]?.id ?? "";
    const placed = (column: string): string => `webhook_endpoint.${column}:${id}`;
    await owner().query("UPDATE webhook_endpoint SET secret = $2, previous_secret = $3 WHERE id = $1", [id, sealSecret("now", placed("secret"), ring(OLD)), sealSecret("before", placed("previous_secret"), ring(OLD))]);
    expect(await rotate(NEW, OLD)).toEqual({ moved: 2, under: { new1: 2 }, faults: [] });
    const moved = (await owner().query<{ secret: string; previous_secret: string }>("SELECT secret, previous_secret FROM webhook_endpoint WHERE id = $1", [id])).rows[0];
    expect([openSecret(moved?.secret ?? "", placed("secret"), ring(NEW)), openSecret(moved?.previous_secret ?? "", placed("previous_secret"), ring(NEW))]).toEqual(["now", "before"]);
  });

  test("reaches the headers of every tenant's tools", async () => {
    await forgetSecrets();
    const ids = [await makeTool(await makeWorkspace()), await makeTool(await makeWorkspace())];
    const place = (id: string): string => `tool.secret_headers:${id}`;
    for (const id of ids) await owner().query("UPDATE tool SET secret_headers = $2 WHERE id = $1", [id, sealSecret(`{"X-Key":"of ${id}"}`, place(id), ring(OLD))]);
    expect(await rotate(NEW, OLD)).toEqual({ moved: 2, under: { new1: 2 }, faults: [] });
    for (const id of ids) {
      const { rows } = await owner().query<{ sealed: string }>("SELECT secret_headers AS sealed FROM tool WHERE id = $1", [id]);
      expect(openSecret(rows[0]?.sealed ?? "", place(id), ring(NEW))).toBe(`{"X-Key":"of ${id}"}`);
    }
  });

  test("reaches every tenant's model keys", async () => {
    await forgetSecrets();
    const ids = [await makeModelKey(await makeWorkspace()), await makeModelKey(await makeWorkspace())];
    const place = (id: string): string => `model_key.secret:${id}`;
    for (const id of ids) await owner().query("UPDATE model_key SET secret = $2 WHERE id = $1", [id, sealSecret(`sk-of-${id}`, place(id), ring(OLD))]);
    expect(await rotate(NEW, OLD)).toEqual({ moved: 2, under: { new1: 2 }, faults: [] });
    for (const id of ids) {
      const { rows } = await owner().query<{ sealed: string }>("SELECT secret AS sealed FROM model_key WHERE id = $1", [id]);
      expect(openSecret(rows[0]?.sealed ?? "", place(id), ring(NEW))).toBe(`sk-of-${id}`);
    }
  });

  test("knows every column that holds a secret", async () => {
    const { rows } = await owner().query<{ place: string }>("SELECT table_name || '.' || column_name AS place FROM information_schema.columns WHERE table_schema = 'public' AND column_name ~ 'secret|credential' AND data_type = 'text' ORDER BY 1");
    expect(rows.map(({ place }) => place)).toEqual(SECRET_COLUMNS.map(({ table, column }) => `${table}.${column}`));
  });
});
