/** A question about usage that is held until there is something new, and who gets the answer. */
import { afterAll, beforeEach, expect, test } from "vitest";
import * as live from "@/app/api/v1/usage/live/route";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import type { LiveUsage } from "@/lib/usage/live";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => void (one = await makeWorkspace()));

const ask = (query = "") => live.GET(new Request(`http://localhost/api/v1/usage/live${query}`, { headers: { authorization: `Bearer ${one.secret}` } }), { params: Promise.resolve({}) });
const json = async (answer: Promise<Response>): Promise<LiveUsage> => (await answer).json() as Promise<LiveUsage>;
const use = (calls: number) => owner().query("UPDATE usage_counter SET calls = calls + $2 WHERE tenant_id = $1", [one.tenantId, calls]);

test("is answered when something was used, with what it is now", async () => {
  const before = await json(ask());
  const [after] = await Promise.all([json(ask(`?after=${before.revision}`)), use(7)]);
  expect(after.api_calls.used).toBe(before.api_calls.used + 7);
  expect(after.revision).not.toBe(before.revision);
  // An old revision is answered at once: nothing else is used here, so it would wait for 20 seconds.
  expect(await json(ask(`?after=${before.revision}`))).toMatchObject({ revision: after.revision });
});

test("is not answered to a key that was revoked meanwhile", async () => {
  const { revision } = await json(ask());
  const revoke = async () => {
    await owner().query("UPDATE api_key SET revoked_at = now() WHERE id = $1", [one.keyId]);
    await use(1);
  };
  const [answer] = await Promise.all([ask(`?after=${revision}`), revoke()]);
  expect(answer.status).toBe(401);
});

test("has one parameter, and a name that is wrong is refused", async () => {
  expect((await ask("?since=x")).status).toBe(422);
  expect((await ask(`?after=${"x".repeat(65)}`)).status).toBe(422);
});
