/** Passwords, mailed links, new passwords and locks, with the mails and events that come of them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mailsTo, tokenIn, waitForMail } from "@/e2e/fixtures/mail";
import { until } from "@/e2e/fixtures/until";
import { makeSession, owner } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { stopQueue, workOn } from "@/lib/platform/queue";
import { askRedis } from "@/lib/platform/redis";
import { mailAccountChanged } from "@/lib/users/account";
import { mailLink, peekLink, requestLink } from "@/lib/users/links/service";
import { changePassword, resetPassword } from "@/lib/users/password-change";
import { createUser, type UserIdentity } from "@/lib/users/service";
import { userOfSession } from "@/lib/users/sessions";
import { requirePassword, requireSignInLink } from "@/lib/users/sign-in";

const PASSWORD = "the kettle sings twice";
const from = (ip: string) => ({ ip, userAgent: "Test", requestId: newId("req") });
const HOME = from("198.51.100.1");
const ATTACKER = from("203.0.113.9");

beforeAll(async () => {
  await workOn("mail.link", ({ linkId }, jobId) => mailLink(linkId, jobId));
  await workOn("mail.account_changed", mailAccountChanged);
});
// How many mails may go to one address is another suite's subject.
beforeEach(() => askRedis((redis) => redis.flushall()));
afterAll(async () => {
  await stopQueue();
  await closeDb();
});

async function person(): Promise<UserIdentity> {
  const user = await createUser({ email: `${newId("usr").slice(-12)}@test.example`, name: "Ada", password: PASSWORD, isStaff: false });
  if (!user) throw new Error("the address is taken");
  return user;
}
const wrong = (email: string, origin = ATTACKER) => requirePassword(email, "not the password", origin);
const eventsOf = async (userId: string): Promise<string[]> =>
  (await owner().query<{ action: string }>("SELECT action FROM account_event WHERE user_id = $1 ORDER BY id", [userId])).rows.map(({ action }) => action);
const failTimes = async (times: number, email: string, origin = ATTACKER): Promise<void> => {
  for (let at = 0; at < times; at++) await expect(wrong(email, origin)).rejects.toMatchObject({ code: "unauthorized" });
};

describe("wrong passwords", () => {
  test("lock the account for where they come from, and the right one is not looked at there", async () => {
    const user = await person();
    await failTimes(5, user.email);
    await expect(requirePassword(user.email, PASSWORD, ATTACKER)).rejects.toMatchObject({ code: "rate_limited" });
    // The owner comes in from elsewhere as ever, and that does not open it there again.
    expect(await requirePassword(user.email, PASSWORD, HOME)).toMatchObject({ id: user.id });
    await expect(requirePassword(user.email, PASSWORD, ATTACKER)).rejects.toMatchObject({ code: "rate_limited" });
  });

  test("lock longer each time the lock has ended", async () => {
    const user = await person();
    await failTimes(5, user.email);
    for (const seconds of [60, 120, 240, 480]) {
      if (seconds > 60) {
        await owner().query("UPDATE sign_in_guard SET locked_until = now() WHERE locked_until IS NOT NULL");
        await failTimes(1, user.email);
      }
      const error: unknown = await wrong(user.email).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "rate_limited" });
      expect((error as { retryAfterS: number }).retryAfterS).toBeGreaterThan(seconds - 30);
      expect((error as { retryAfterS: number }).retryAfterS).toBeLessThanOrEqual(seconds);
    }
  });

  test("are answered the same for an address that has no account, which is locked the same", async () => {
    const [user, nobody] = [await person(), `${newId("usr").slice(-12)}@nobody.example`];
    const answers = async (email: string): Promise<unknown[]> => {
      const seen: unknown[] = [];
      for (let at = 0; at < 7; at++) seen.push(await wrong(email).then(() => null, (error: Error) => error.message));
      return seen;
    };
    expect(await answers(nobody)).toEqual(await answers(user.email));
    const { rows } = await owner().query<{ n: number }>("SELECT count(*)::int AS n FROM mailed_link WHERE email = ANY ($1) GROUP BY email", [[user.email, nobody]]);
    expect(rows).toEqual([{ n: 1 }, { n: 1 }]);
    await waitForMail(user.email, /locked/);
    expect(await mailsTo(nobody)).toEqual([]);
  });

  test("a hundred at once get five looks", async () => {
    const user = await person();
    const answers = await Promise.all(Array.from({ length: 100 }, () => wrong(user.email).catch((error: { code: string }) => error.code)));
    expect(answers.filter((code) => code === "unauthorized")).toHaveLength(5);
    // Whoever finds no connection in time is refused too, with a 503.
    expect(answers.filter((code) => code === "rate_limited" || code === "unavailable")).toHaveLength(95);
  });

  test("from many networks lock the account for networks that it does not know, never for its owner's", async () => {
    const user = await person();
    const session = await makeSession(user.id);
    await owner().query("UPDATE user_session SET ip = $2 WHERE id = $1", [session.sessionId, HOME.ip]);
    for (let at = 0; at < 50; at++) await failTimes(1, user.email, from(`192.0.2.${at}`));
    await expect(requirePassword(user.email, PASSWORD, from("192.0.2.200"))).rejects.toMatchObject({ code: "rate_limited" });
    expect(await requirePassword(user.email, PASSWORD, HOME)).toMatchObject({ id: user.id });
    // The owner has shown themselves: the next network starts anew.
    await failTimes(1, user.email, from("192.0.2.201"));
  });

  test("are forgotten after a day, and by a right one", async () => {
    const user = await person();
    await failTimes(4, user.email);
    await requirePassword(user.email, PASSWORD, ATTACKER);
    await failTimes(4, user.email);
    await owner().query("UPDATE sign_in_guard SET last_failure_at = now() - interval '25 hours'");
    await failTimes(4, user.email);
    expect(await requirePassword(user.email, PASSWORD, ATTACKER)).toMatchObject({ id: user.id });
  });

  test("are told to the account's owner, once a lock", async () => {
    const user = await person();
    await failTimes(5, user.email);
    for (let at = 0; at < 5; at++) await expect(wrong(user.email)).rejects.toMatchObject({ code: "rate_limited" });
    expect(await eventsOf(user.id)).toEqual(["session.refused", "session.refused", "session.refused", "session.refused", "session.locked"]);
    const mail = await waitForMail(user.email, /locked/);
    // The link in it signs in, also from where it was locked.
    expect(await requireSignInLink(tokenIn(mail), ATTACKER)).toMatchObject({ id: user.id });
    expect(await requirePassword(user.email, PASSWORD, ATTACKER)).toMatchObject({ id: user.id });
    expect((await mailsTo(user.email)).filter(({ subject }) => /locked/.test(subject))).toHaveLength(1);
  });

  test("leave nothing that names an address", async () => {
    const email = `${newId("usr").slice(-12)}@nobody.example`;
    await failTimes(2, email);
    const { rows } = await owner().query<{ row: string }>("SELECT g::text AS row FROM sign_in_guard g");
    expect(rows.length).toBeGreaterThan(0);
    for (const { row } of rows) expect(row).not.toContain(email);
  });
});

describe("a mailed sign-in link", () => {
  test("signs in once; a newer one does not leave an older one behind", async () => {
    const user = await person();
    await requestLink(user.email, "sign_in");
    const first = tokenIn(await waitForMail(user.email, "Sign in to Stint"));
    await requestLink(user.email, "sign_in");
    const mails = await until(() => mailsTo(user.email), (found) => found.filter(({ subject }) => subject === "Sign in to Stint").length === 2);
    const second = mails.map(tokenIn).find((token) => token !== first) ?? "";
    expect(await peekLink(first, "sign_in")).toEqual({ email: user.email });
    expect(await peekLink(first, "sign_in")).toEqual({ email: user.email });
    expect(await requireSignInLink(second, HOME)).toMatchObject({ id: user.id });
    for (const token of [first, second]) {
      expect(await peekLink(token, "sign_in")).toBeNull();
      await expect(requireSignInLink(token, HOME)).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("followed many times at once signs in once", async () => {
    const user = await person();
    await requestLink(user.email, "sign_in");
    const token = tokenIn(await waitForMail(user.email, "Sign in to Stint"));
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => requireSignInLink(token, HOME)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("older than half an hour, of another purpose, or made up, does not work", async () => {
    const user = await person();
    await requestLink(user.email, "sign_in");
    const token = tokenIn(await waitForMail(user.email, "Sign in to Stint"));
    expect(await peekLink(token, "reset_password")).toBeNull();
    await expect(resetPassword(token, "an umbrella of glass", HOME)).rejects.toMatchObject({ code: "not_found" });
    await owner().query("UPDATE mailed_link SET expires_at = now() - interval '1 second' WHERE email = $1", [user.email]);
    for (const dead of [token, "", "x".repeat(43)]) await expect(requireSignInLink(dead, HOME)).rejects.toMatchObject({ code: "not_found" });
  });

  test("for an address without an account says so there and nowhere else", async () => {
    const email = `${newId("usr").slice(-12)}@nobody.example`;
    await requestLink(email, "sign_in");
    expect(tokenIn(await waitForMail(email, /no Stint account/))).toBe("");
  });

  test("stands as a hash only", async () => {
    const user = await person();
    await requestLink(user.email, "sign_in");
    const token = tokenIn(await waitForMail(user.email, "Sign in to Stint"));
    const { rows } = await owner().query<{ row: string; hashed: boolean }>("SELECT l::text AS row, token_hash = sha256($2::bytea) AS hashed FROM mailed_link l WHERE email = $1", [user.email, token]);
    expect(rows).toMatchObject([{ hashed: true }]);
    expect(rows[0]?.row).not.toContain(token);
  });
});

describe("a new password", () => {
  test("by mail ends every session, every other link and every lock, and is told", async () => {
    const user = await person();
    const session = await makeSession(user.id);
    await requestLink(user.email, "sign_in");
    const link = tokenIn(await waitForMail(user.email, "Sign in to Stint"));
    await requestLink(user.email, "reset_password");
    const token = tokenIn(await waitForMail(user.email, "Choose a new password"));
    await failTimes(5, user.email, HOME);
    expect(await resetPassword(token, "an umbrella of glass", HOME)).toMatchObject({ id: user.id });
    expect(await userOfSession(session)).toBeNull();
    await expect(requireSignInLink(link, HOME)).rejects.toMatchObject({ code: "not_found" });
    await expect(resetPassword(token, "a second umbrella", HOME)).rejects.toMatchObject({ code: "not_found" });
    expect(await requirePassword(user.email, "an umbrella of glass", HOME)).toMatchObject({ id: user.id });
    await expect(requirePassword(user.email, PASSWORD, HOME)).rejects.toMatchObject({ code: "unauthorized" });
    expect(await eventsOf(user.id)).toContain("password.reset");
    await waitForMail(user.email, "Your password was changed");
  });

  test("in the account keeps the session that asked and ends the others", async () => {
    const user = await person();
    const [mine, other] = [await makeSession(user.id), await makeSession(user.id)];
    await changePassword(user, "an umbrella of glass", mine.sessionId, HOME);
    expect(await userOfSession(mine)).toMatchObject({ id: user.id });
    expect(await userOfSession(other)).toBeNull();
  });

  test.each([["a leaked one", "password123"], ["a pattern", "qwertyuiop"], ["the address", "own-address"], ["the product", "stintstint1"]])("that is %s is refused, and nothing changes", async (_what, given) => {
    const user = await person();
    const session = await makeSession(user.id);
    await requestLink(user.email, "reset_password");
    const token = tokenIn(await waitForMail(user.email, "Choose a new password"));
    const password = given === "own-address" ? user.email : given;
    await expect(resetPassword(token, password, HOME)).rejects.toMatchObject({ code: "invalid_field", param: "password" });
    expect(await userOfSession(session)).toMatchObject({ id: user.id });
    // The link is still good: a refused password does not use it up.
    expect(await peekLink(token, "reset_password")).toEqual({ email: user.email });
  });
});
