/**
 * Random sequences of what changes who may do what: after every single one, each session and each key holds exactly the
 * permissions that the table gives it, in its own workspace and in the other.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryTeamStep, type TeamWorld } from "@/e2e/fixtures/membership-steps";
import { addKey, addUser, expectOnlyTheTable, granted, randomOf, signOutEverywhere, type Pick, type World } from "@/e2e/fixtures/principals";
import { makeSession, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { KEY_SCOPES } from "@/lib/keys/schema";
import { revokeKey } from "@/lib/keys/service";
import { closeDb } from "@/lib/platform/db";
import { ROLES } from "@/lib/tenants/policy";

const SEQUENCES = 8;
const STEPS = 50;
let tenants: Workspace[] = [];

beforeAll(async () => {
  tenants = [await makeWorkspace(), await makeWorkspace()];
});
afterAll(() => closeDb());

/** One random change of the world, with the owner's hand where nobody has to be asked; returns what it was. */
async function step(world: World, pick: Pick): Promise<string> {
  const user = pick(world.users);
  const at = pick([0, 1]);
  const tenantId = tenants[at]?.tenantId ?? "";
  const kind = pick(["role", "role", "leave", "key", "key", "key", "revoke", "expire", "sign out"] as const);
  switch (kind) {
    case "role": {
      const role = pick(ROLES);
      await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, user_id) DO UPDATE SET role = excluded.role", [tenantId, user.id, role]);
      user.roles[at] = role;
      return `${role} at ${at}`;
    }
    case "leave":
      await owner().query("DELETE FROM member WHERE tenant_id = $1 AND user_id = $2", [tenantId, user.id]);
      user.roles[at] = null;
      return `left ${at}`;
    case "key": return makeRandomKey(world, pick);
    case "sign out":
      await signOutEverywhere(user);
      return "signed out everywhere";
    case "revoke":
    case "expire": {
      if (world.keys.length === 0) return "nothing";
      const key = pick(world.keys);
      const home = tenants[key.at]?.tenantId ?? "";
      if (kind === "revoke") await revokeKey({ tenantId: home, id: user.id, userId: user.id, ip: "", requestId: "" }, key.id);
      else await owner().query("UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = $1", [key.id]);
      key.dead = true;
      return `${kind}d a key`;
    }
  }
}

function makeRandomKey(world: World, pick: Pick): Promise<string> {
  const [user, at] = [pick(world.users), pick([0, 1])];
  // Mostly what the maker may give, or hardly any key would come to be; sometimes anything.
  const has = granted(user.roles[at]);
  const anything = pick([true, false, false, false]);
  return addKey(world, user, at, KEY_SCOPES.filter((scope) => (anything || has.includes(scope)) && pick([true, true, false])));
}

describe("whatever happens to roles, keys and sessions", () => {
  test.each(Array.from({ length: SEQUENCES }, (_, at) => at + 1))("sequence %d", async (seed) => {
    const pick = randomOf(seed);
    const world: World = { tenants, users: [], keys: [] };
    for (let made = 0; made < 3; made++) await addUser(world);
    const story: string[] = [];
    for (let done = 0; done < STEPS; done++) {
      story.push(await step(world, pick));
      await expectOnlyTheTable(world, `seed ${seed}: ${story.join(", ")}`);
    }
    // The sequence has tried what it is about.
    expect(story.filter((one) => one.startsWith("made a key")).length).toBeGreaterThan(0);
  });
});

describe("whatever anybody tries with a team", () => {
  test.each(Array.from({ length: SEQUENCES }, (_, at) => at + 201))("sequence %d", async (seed) => {
    const pick = randomOf(seed);
    const world: TeamWorld = { tenants: [await makeWorkspace(), await makeWorkspace()], users: [], keys: [], invitations: [] };
    for (const [at, tenant] of world.tenants.entries()) {
      const { sessionId } = await makeSession(tenant.userId);
      world.users.push({ id: tenant.userId, email: tenant.email, version: 1, sessionId, roles: world.tenants.map((_one, other) => (other === at ? "owner" : null)) });
    }
    for (let made = 0; made < 3; made++) await addUser(world);
    const story: string[] = [];
    for (let done = 0; done < STEPS; done++) {
      story.push(pick([false, false, false, false, true]) ? await makeRandomKey(world, pick) : await tryTeamStep(world, pick));
      const told = `seed ${seed}: ${story.join(", ")}`;
      await expectOnlyTheTable(world, told);
      for (const { tenantId } of world.tenants) expect((await owner().query("SELECT 1 FROM member WHERE tenant_id = $1 AND role = 'owner'", [tenantId])).rowCount, told).toBeGreaterThan(0);
    }
    for (const outcome of [/^accept.*: done/, /^invite.*: done/, /^change.*: refused/]) expect(story.some((one) => outcome.test(one)), `${outcome} in ${story.join(", ")}`).toBe(true);
  });
});
