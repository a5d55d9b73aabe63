/** A second factor from its set-up to its end: no code works twice, nothing readable is stored, and nobody gets past it. */
import { TOTP, Secret } from "otpauth";
import { afterAll, describe, expect, test } from "vitest";
import { makeSession, owner } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { createUser, findUser, type UserIdentity } from "@/lib/users/service";
import { userOfSession } from "@/lib/users/sessions";
import { beginSession } from "@/lib/users/sign-in";
import { stepOfCode } from "@/lib/users/two-factor/codes";
import { beginTwoFactor, countRecoveryCodesLeft, disableTwoFactor, enableTwoFactor, getTwoFactorSetup, renewRecoveryCodes, signInWithSecondFactor } from "@/lib/users/two-factor/service";

const ORIGIN = { ip: "198.51.100.1", userAgent: "Test", requestId: newId("req") };
afterAll(closeDb);

async function person(): Promise<UserIdentity> {
  const user = await createUser({ email: `${newId("usr").slice(-12)}@test.example`, name: "Ada", password: "the kettle sings twice", isStaff: false });
  if (!user) throw new Error("the address is taken");
  return user;
}
const codeOf = (secret: string, stepsAhead = 0): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsAhead * 30_000 });
/** The last step taken is the one before now, as if the code had been entered half a minute ago. */
const letTimePass = (userId: string) => owner().query("UPDATE user_account SET totp_last_step = floor(extract(epoch FROM now()) / 30)::bigint - 2 WHERE id = $1", [userId]);
const reload = async (user: UserIdentity): Promise<UserIdentity> => {
  const found = await findUser(user.id);
  if (!found) throw new Error("gone");
  return found;
};

async function withTwoFactor(): Promise<{ user: UserIdentity; secret: string; codes: string[]; session: Awaited<ReturnType<typeof makeSession>> }> {
  const user = await person();
  const session = await makeSession(user.id);
  await beginTwoFactor(user);
  const secret = (await getTwoFactorSetup(user))?.secret ?? "";
  const codes = await enableTwoFactor(user, session.sessionId, codeOf(secret), ORIGIN);
  await letTimePass(user.id);
  return { user: await reload(user), secret, codes, session };
}
const pendingOf = (user: UserIdentity) => ({ userId: user.id, sessionVersion: user.sessionVersion, method: "password" as const });

describe("setting it up", () => {
  test("asks for nothing until a code of the new secret was entered", async () => {
    const user = await person();
    await beginTwoFactor(user);
    const setup = await getTwoFactorSetup(user);
    expect(setup?.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(setup?.uri).toBe(`otpauth://totp/Stint:${encodeURIComponent(user.email)}?issuer=Stint&secret=${setup?.secret}&algorithm=SHA1&digits=6&period=30`);
    expect((await reload(user)).twoFactor).toBe(false);
    await expect(enableTwoFactor(user, "", "000000", ORIGIN)).rejects.toMatchObject({ code: "invalid_field", param: "code" });
    expect((await reload(user)).twoFactor).toBe(false);
  });

  test("gives ten recovery codes and ends every other session", async () => {
    const user = await person();
    const [mine, other] = [await makeSession(user.id), await makeSession(user.id)];
    await beginTwoFactor(user);
    const codes = await enableTwoFactor(user, mine.sessionId, codeOf((await getTwoFactorSetup(user))?.secret ?? ""), ORIGIN);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[0-9a-z]{4}(-[0-9a-z]{4}){3}$/);
    expect(await userOfSession(mine)).toMatchObject({ twoFactor: true });
    expect(await userOfSession(other)).toBeNull();
    expect(await countRecoveryCodesLeft(user.id)).toBe(10);
  });

  test("in two tabs at once counts the newer one, and turns it on once", async () => {
    const user = await person();
    await beginTwoFactor(user);
    const older = (await getTwoFactorSetup(user))?.secret ?? "";
    await beginTwoFactor(user);
    const newer = (await getTwoFactorSetup(user))?.secret ?? "";
    await expect(enableTwoFactor(user, "", codeOf(older), ORIGIN)).rejects.toMatchObject({ code: "invalid_field" });
    const results = await Promise.allSettled([1, 2, 3].map(() => enableTwoFactor(user, "", codeOf(newer), ORIGIN)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(beginTwoFactor(user)).rejects.toMatchObject({ code: "conflict" });
    expect(await getTwoFactorSetup(await reload(user))).toBeNull();
  });

  test("stores the secret sealed and the recovery codes hashed", async () => {
    const { user, secret, codes } = await withTwoFactor();
    const { rows } = await owner().query<{ row: string }>("SELECT u::text || coalesce((SELECT string_agg(r::text, '') FROM recovery_code r WHERE r.user_id = u.id), '') AS row FROM user_account u WHERE id = $1", [user.id]);
    expect(rows[0]?.row).toMatch(/s1\.k1\./);
    for (const plain of [secret, ...codes, ...codes.map((code) => code.replaceAll("-", ""))]) expect(rows[0]?.row).not.toContain(plain);
  });

  test("a sealed secret moved to another account opens nothing", async () => {
    const [{ user }, other] = [await withTwoFactor(), await withTwoFactor()];
    await owner().query("UPDATE user_account SET totp_secret = (SELECT totp_secret FROM user_account WHERE id = $2) WHERE id = $1", [user.id, other.user.id]);
    await expect(signInWithSecondFactor(pendingOf(user), codeOf(other.secret), ORIGIN)).rejects.toThrow("does not open");
  });
});

describe("signing in", () => {
  test("after a right first factor opens no session, and one after the second", async () => {
    const { user, secret } = await withTwoFactor();
    expect(await beginSession(user, "password", ORIGIN)).toEqual({ kind: "second_factor" });
    const { session } = await signInWithSecondFactor(pendingOf(user), codeOf(secret), ORIGIN);
    expect(await userOfSession(session)).toMatchObject({ id: user.id });
  });

  test("takes a code once, also when it comes many times at once, and none that is older than one taken", async () => {
    const { user, secret } = await withTwoFactor();
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => signInWithSecondFactor(pendingOf(user), codeOf(secret), ORIGIN)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(signInWithSecondFactor(pendingOf(user), codeOf(secret, -1), ORIGIN)).rejects.toMatchObject({ param: "code" });
  });

  test("takes a recovery code once, however it is typed", async () => {
    const { user, codes } = await withTwoFactor();
    const [first = "", second = ""] = codes;
    await signInWithSecondFactor(pendingOf(user), ` ${first.toUpperCase().replaceAll("-", " ")} `, ORIGIN);
    await expect(signInWithSecondFactor(pendingOf(user), first, ORIGIN)).rejects.toMatchObject({ param: "code" });
    const results = await Promise.allSettled([1, 2, 3].map(() => signInWithSecondFactor(pendingOf(user), second, ORIGIN)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await countRecoveryCodesLeft(user.id)).toBe(8);
  });

  test("locks after five wrong codes, also for the right one, and says so in the account's log", async () => {
    const { user, secret } = await withTwoFactor();
    for (let at = 0; at < 5; at++) await expect(signInWithSecondFactor(pendingOf(user), "000000", ORIGIN)).rejects.toMatchObject({ param: "code" });
    await expect(signInWithSecondFactor(pendingOf(user), codeOf(secret), ORIGIN)).rejects.toMatchObject({ code: "rate_limited" });
    const { rows } = await owner().query<{ n: number }>("SELECT count(*)::int AS n FROM account_event WHERE user_id = $1 AND action = 'two_factor.refused'", [user.id]);
    expect(rows[0]?.n).toBe(5);
  });

  test("does not go on when everything was ended meanwhile, nor with somebody else's code", async () => {
    const [{ user, secret }, other] = [await withTwoFactor(), await withTwoFactor()];
    await expect(signInWithSecondFactor(pendingOf(user), codeOf(other.secret), ORIGIN)).rejects.toMatchObject({ param: "code" });
    await owner().query("UPDATE user_account SET session_version = session_version + 1 WHERE id = $1", [user.id]);
    await expect(signInWithSecondFactor(pendingOf(user), codeOf(secret), ORIGIN)).rejects.toMatchObject({ code: "unauthorized" });
  });
});

describe("afterwards", () => {
  test("turning it off takes a code, and leaves nothing of it", async () => {
    const { user, secret } = await withTwoFactor();
    await expect(disableTwoFactor(user, "000000", ORIGIN)).rejects.toMatchObject({ param: "code" });
    await disableTwoFactor(user, codeOf(secret), ORIGIN);
    expect((await reload(user)).twoFactor).toBe(false);
    const { rows } = await owner().query("SELECT totp_secret, totp_enabled_at, (SELECT count(*)::int FROM recovery_code WHERE user_id = $1) AS codes FROM user_account WHERE id = $1", [user.id]);
    expect(rows).toEqual([{ totp_secret: null, totp_enabled_at: null, codes: 0 }]);
  });

  test("new recovery codes take the place of the old ones", async () => {
    const { user, secret, codes } = await withTwoFactor();
    const fresh = await renewRecoveryCodes(user, codeOf(secret), ORIGIN);
    await expect(signInWithSecondFactor(pendingOf(user), codes[0] ?? "", ORIGIN)).rejects.toMatchObject({ param: "code" });
    await signInWithSecondFactor(pendingOf(user), fresh[0] ?? "", ORIGIN);
  });
});

describe("a code", () => {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  // RFC 6238, appendix B, the last six of its eight digits.
  test.each([[59, "287082"], [1111111109, "081804"], [1234567890, "005924"], [20000000000, "353130"]])("at %d s is %s", (seconds, code) =>
    expect(stepOfCode(secret, code, new Date(seconds * 1000))).toBe(Math.floor(seconds / 30)));

  test("counts half a minute early and late, not more", () => {
    const at = (seconds: number) => stepOfCode(secret, "287082", new Date(seconds * 1000));
    expect([at(29), at(30), at(59), at(60), at(89), at(90)]).toEqual([1, 1, 1, 1, 1, null]);
    expect(at(-1)).toBeNull();
  });

  test.each(["", "12345", "1234567", "28708a", "２８７０８２"])("%j is none", (text) => expect(stepOfCode(secret, text, new Date(59_000))).toBeNull());
});
