/**
 * Random sequences of what changes who may do what: after every single one, each session and each key holds exactly the
 * permissions that the table gives it, in its own workspace and in the other.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeSession, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { authenticate } from "@/lib/http/authenticate";
import { sealSession, sessionCookie } from "@/lib/http/session";
import { KEY_SCOPES, type KeyScope } from "@/lib/keys/schema";
import { createKey, revokeKey } from "@/lib/keys/service";
import { closeDb } from "@/lib/platform/db";
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Permission, type Role } from "@/lib/tenants/policy";

type User = { id: string; version: number; sessionId: string; roles: (Role | null)[] };
type Key = { id: string; secret: string; at: number; maker: User; scopes: readonly KeyScope[]; dead: boolean };
type World = { users: User[]; keys: Key[] };

const SEQUENCES = 8;
const STEPS = 50;
let tenants: Workspace[] = [];

beforeAll(async () => {
  tenants = [await makeWorkspace(), await makeWorkspace()];
});
afterAll(() => closeDb());

/** Mulberry32: the same numbers for the same seed, so that a failure can be seen again. */
function randomOf(seed: number): <T>(choices: readonly T[]) => T {
  let state = seed;
  return (choices) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const choice = choices[((mixed ^ (mixed >>> 14)) >>> 0) % choices.length];
    if (choice === undefined) throw new Error("nothing to choose from");
    return choice;
  };
}

/** What the table gives a role in a workspace: nothing without one. */
const granted = (role: Role | null | undefined): readonly Permission[] => (role ? ROLE_PERMISSIONS[role] : []);

/** What a caller really holds; null: not let in at all. */
async function heldBy(headers: Record<string, string>): Promise<Permission[] | null> {
  try {
    const principal = await authenticate(new Request("http://localhost:3000/api/v1/me", { headers }), false);
    return PERMISSIONS.filter((permission) => principal.allows(permission));
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthorized") return null;
    throw error;
  }
}

async function sessionHeld(user: User, version: number, at: number): Promise<Permission[] | null> {
  const cookie = `${sessionCookie().name}=${await sealSession({ userId: user.id, sessionVersion: version, sessionId: user.sessionId })}`;
  return heldBy({ cookie, "stint-tenant": tenants[at]?.slug ?? "" });
}

async function expectOnlyTheTable(world: World, story: string): Promise<void> {
  const told = async (what: string, held: Promise<Permission[] | null>, wanted: Permission[] | null) => expect({ what, held: await held }, story).toEqual({ what, held: wanted });
  await Promise.all([
    ...world.users.flatMap((user) => tenants.flatMap((_one, at) => {
      const role = user.roles[at];
      return [told(`session at ${at}`, sessionHeld(user, user.version, at), role ? [...granted(role)].sort(byTable) : null),
        told(`ended session at ${at}`, sessionHeld(user, user.version - 1, at), null), told(`future session at ${at}`, sessionHeld(user, user.version + 1, at), null)];
    })),
    ...world.keys.map((key) => told(`key at ${key.at}`, heldBy({ authorization: `Bearer ${key.secret}` }),
      key.dead ? null : PERMISSIONS.filter((permission) => (key.scopes as readonly Permission[]).includes(permission) && granted(key.maker.roles[key.at]).includes(permission)))),
  ]);
}

const byTable = (one: Permission, two: Permission): number => PERMISSIONS.indexOf(one) - PERMISSIONS.indexOf(two);

/** One random change; returns what it was. */
async function step(world: World, pick: ReturnType<typeof randomOf>): Promise<string> {
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
    case "key": {
      // Mostly what the maker may give, or hardly any key would come to be; sometimes anything.
      const has = granted(user.roles[at]);
      const anything = pick([true, false, false, false]);
      return addKey(world, user, at, KEY_SCOPES.filter((scope) => (anything || has.includes(scope)) && pick([true, true, false])));
    }
    case "sign out":
      await owner().query("UPDATE user_account SET session_version = session_version + 1 WHERE id = $1", [user.id]);
      user.version += 1;
      return "signed out everywhere";
    case "revoke":
    case "expire": {
      if (world.keys.length === 0) return "nothing";
      const key = pick(world.keys);
      const home = tenants[key.at]?.tenantId ?? "";
      if (kind === "revoke") await revokeKey({ tenantId: home, id: user.id, userId: user.id, ip: "", requestId: "" }, key.id);
      else await owner().query("UPDATE api_key SET expires_at = now() WHERE id = $1", [key.id]);
      key.dead = true;
      return `${kind}d a key`;
    }
  }
}

/** Through the service, which must refuse to hand out what the maker does not have. */
async function addKey(world: World, maker: User, at: number, scopes: KeyScope[]): Promise<string> {
  const actor = { tenantId: tenants[at]?.tenantId ?? "", id: maker.id, userId: maker.id, ip: "", requestId: "" };
  const has = granted(maker.roles[at]);
  const made = createKey(actor, (permission) => has.includes(permission), { name: "Random", scopes, expires_at: null, allowed_cidrs: [], requests_per_minute: null, monthly_cap_minutes: null });
  if (scopes.some((scope) => !has.includes(scope))) {
    await expect(made).rejects.toMatchObject({ code: "scope_missing" });
    return "was refused a key";
  }
  const { id, secret } = await made;
  world.keys.push({ id, secret: secret ?? "", at, maker, scopes, dead: false });
  return `made a key at ${at} for ${scopes.join(" ") || "nothing"}`;
}

test.each(Array.from({ length: SEQUENCES }, (_, at) => at + 1))("sequence %d", async (seed) => {
  const pick = randomOf(seed);
  const world: World = { users: [], keys: [] };
  for (let made = 0; made < 3; made++) {
    const id = newId("usr");
    await owner().query("INSERT INTO user_account (id, email, name, email_verified_at) VALUES ($1, $2, 'Random', now())", [id, `${id}@test.example`]);
    world.users.push({ id, version: 1, sessionId: (await makeSession(id)).sessionId, roles: [null, null] });
  }
  const story: string[] = [];
  for (let done = 0; done < STEPS; done++) {
    story.push(await step(world, pick));
    await expectOnlyTheTable(world, `seed ${seed}: ${story.join(", ")}`);
  }
  // The sequence has tried what it is about.
  expect(story.filter((one) => one.startsWith("made a key")).length).toBeGreaterThan(0);
});
