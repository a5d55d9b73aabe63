/** Accounts elsewhere: who they sign in, whom they make, and that two callbacks at once make one. */
import { afterAll, describe, expect, test } from "vitest";
import { owner } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { linkIdentity, listIdentities, unlinkIdentity, userOfOtherAccount, type OtherAccount, type SignInOutcome } from "@/lib/users/identities";
import { createUser, findUser } from "@/lib/users/service";

afterAll(closeDb);

const ORIGIN = { ip: "192.0.2.1", userAgent: "Test", requestId: newId("req") };
const word = () => newId("usr").slice(-12);

function accountOf(changes: Partial<OtherAccount> = {}): OtherAccount {
  return { provider: "github", accountId: word(), verifiedEmail: `${word()}@test.example`, name: "Ada Lovelace", ...changes };
}

async function makeUser(): Promise<{ id: string; email: string }> {
  const user = await createUser({ email: `${word()}@test.example`, name: "Own Name", password: "a long password", isStaff: false });
  if (!user) throw new Error("the address is new");
  return user;
}

function userOf(outcome: SignInOutcome) {
  if (outcome.kind !== "user") throw new Error(`not signed in: ${outcome.kind}`);
  return outcome.user;
}

const eventsOf = async (userId: string): Promise<string[]> =>
  (await owner().query<{ action: string }>("SELECT action FROM account_event WHERE user_id = $1 ORDER BY created_at, id", [userId])).rows.map(({ action }) => action);
const countUsers = async (email: string | null): Promise<number> =>
  (await owner().query<{ n: number }>("SELECT count(*)::int AS n FROM user_account WHERE email = $1", [email])).rows[0]?.n ?? 0;

describe("signing in", () => {
  test("makes a confirmed user without a password, who is found again whatever the address became there", async () => {
    const account = accountOf();
    const user = userOf(await userOfOtherAccount(account, ORIGIN));
    expect(user).toMatchObject({ email: account.verifiedEmail, name: "Ada Lovelace", hasPassword: false, isStaff: false, twoFactor: false });
    expect(await eventsOf(user.id)).toEqual(["account.created", "identity.linked"]);
    const { rows } = await owner().query("SELECT email_verified_at IS NOT NULL AS confirmed FROM user_account WHERE id = $1", [user.id]);
    expect(rows).toEqual([{ confirmed: true }]);

    for (const verifiedEmail of [`${word()}@test.example`, null]) {
      expect(userOf(await userOfOtherAccount({ ...account, verifiedEmail, name: "Renamed" }, ORIGIN)).id).toBe(user.id);
    }
    expect(await findUser(user.id)).toMatchObject({ email: account.verifiedEmail, name: "Ada Lovelace" });
    expect(await listIdentities(user.id)).toMatchObject([{ provider: "github", email: account.verifiedEmail }]);
  });

  test("an address moved there to somebody else's does not move the sign-in", async () => {
    const account = accountOf();
    const user = userOf(await userOfOtherAccount(account, ORIGIN));
    const other = await makeUser();
    expect(userOf(await userOfOtherAccount({ ...account, verifiedEmail: other.email }, ORIGIN)).id).toBe(user.id);
    expect(await listIdentities(other.id)).toEqual([]);
  });

  test("links the user who has the verified address", async () => {
    const user = await makeUser();
    const signedIn = userOf(await userOfOtherAccount(accountOf({ verifiedEmail: user.email }), ORIGIN));
    expect(signedIn).toMatchObject({ id: user.id, name: "Own Name", hasPassword: true });
    expect(await eventsOf(user.id)).toEqual(["identity.linked"]);
  });

  test("without a verified address opens nothing and makes nothing", async () => {
    const account = accountOf({ verifiedEmail: null });
    expect(await userOfOtherAccount(account, ORIGIN)).toEqual({ kind: "no_verified_address" });
    const { rows } = await owner().query("SELECT 1 FROM user_identity WHERE account_id = $1", [account.accountId]);
    expect(rows).toEqual([]);
  });

  test("a second account of the same provider does not get in by the address, and leaves nothing behind", async () => {
    const user = await makeUser();
    await userOfOtherAccount(accountOf({ verifiedEmail: user.email }), ORIGIN);
    expect(await userOfOtherAccount(accountOf({ verifiedEmail: user.email }), ORIGIN)).toEqual({ kind: "connected_to_another" });
    expect(userOf(await userOfOtherAccount(accountOf({ provider: "google", verifiedEmail: user.email }), ORIGIN)).id).toBe(user.id);
    expect(await eventsOf(user.id)).toEqual(["identity.linked", "identity.linked"]);
  });

  test("many callbacks at once make one user, with one link and one event of each", async () => {
    const account = accountOf();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => userOfOtherAccount(account, ORIGIN)));
    const ids = new Set(outcomes.map((outcome) => userOf(outcome).id));
    expect(ids.size).toBe(1);
    expect(await countUsers(account.verifiedEmail)).toBe(1);
    expect((await eventsOf([...ids][0] ?? "")).sort()).toEqual(["account.created", "identity.linked"]);
  });

  test("one account elsewhere under two addresses at once makes one user that it signs in", async () => {
    const account = accountOf();
    const both = [account, { ...account, verifiedEmail: `${word()}@test.example` }];
    const outcomes = await Promise.allSettled(both.map((one) => userOfOtherAccount(one, ORIGIN)));
    expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
    expect((await Promise.all(both.map(({ verifiedEmail }) => countUsers(verifiedEmail)))).reduce((sum, n) => sum + n)).toBe(1);
  });

  test("a name that cannot be stored or shown becomes one that can", async () => {
    const names = ["", "  ", "\u0000Ada\ud83d", "x".repeat(300)];
    const users = await Promise.all(names.map(async (name) => userOf(await userOfOtherAccount(accountOf({ name }), ORIGIN))));
    for (const { name } of users) expect(name).toMatch(/^\S.{0,79}$/u);
  });
});

describe("connecting", () => {
  test("links whatever address it has, once, to one user", async () => {
    const [user, other] = [await makeUser(), await makeUser()];
    const account = accountOf({ verifiedEmail: null });
    expect(await linkIdentity(user.id, account, ORIGIN)).toBe("linked");
    expect(await linkIdentity(user.id, account, ORIGIN)).toBe("linked");
    expect(await eventsOf(user.id)).toEqual(["identity.linked"]);
    expect(await linkIdentity(other.id, account, ORIGIN)).toBe("taken");
    expect(await linkIdentity(user.id, accountOf(), ORIGIN)).toBe("connected_to_another");
    expect(await eventsOf(other.id)).toEqual([]);
    expect(userOf(await userOfOtherAccount(account, ORIGIN)).id).toBe(user.id);
  });

  test("an account whose verified address is somebody else's goes to who asked", async () => {
    const [user, other] = [await makeUser(), await makeUser()];
    const account = accountOf({ verifiedEmail: other.email });
    expect(await linkIdentity(user.id, account, ORIGIN)).toBe("linked");
    expect(userOf(await userOfOtherAccount(account, ORIGIN)).id).toBe(user.id);
  });

  test("disconnecting ends it for its owner alone, and is told once", async () => {
    const [user, other] = [await makeUser(), await makeUser()];
    await linkIdentity(user.id, accountOf(), ORIGIN);
    expect(await unlinkIdentity(other.id, "github", ORIGIN)).toBe(false);
    expect(await unlinkIdentity(user.id, "google", ORIGIN)).toBe(false);
    expect(await unlinkIdentity(user.id, "github", ORIGIN)).toBe(true);
    expect(await unlinkIdentity(user.id, "github", ORIGIN)).toBe(false);
    expect(await listIdentities(user.id)).toEqual([]);
    expect(await eventsOf(user.id)).toEqual(["identity.linked", "identity.unlinked"]);
    expect(await eventsOf(other.id)).toEqual([]);
  });
});
