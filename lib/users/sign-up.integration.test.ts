/** From a sign-up to the mail: the job exists exactly when the sign-up does, and the link works once. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeSession, owner } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { newId } from "@/lib/core/ids";
import { closeDb, withoutTenant } from "@/lib/platform/db";
import { enqueue, openQueue, stopQueue, workOn } from "@/lib/platform/queue";
import { checkPassword, confirmSignUp, createUser, findUser, mailSignUp, peekSignUp, requestSignUp } from "@/lib/users/service";
import { signOut, signOutEverywhere, userOfSession } from "@/lib/users/sessions";

type Message = { subject: string; text: string; html: string };

beforeAll(() => workOn("mail.sign_up", ({ signUpId }, jobId) => mailSignUp(signUpId, jobId)));
afterAll(async () => {
  await stopQueue();
  await closeDb();
});

const ORIGIN = { ip: "192.0.2.1", userAgent: "Test", requestId: newId("req") };
const address = () => `${newId("usr").slice(-12)}@test.example`;
const countJobs = async () => (await owner().query<{ n: number }>("SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'mail.sign_up'")).rows[0]?.n ?? 0;

async function mailsTo(email: string): Promise<Message[]> {
  const response = await fetch(`${process.env.STINT_TEST_MAIL_URL}/api/messages?to=${encodeURIComponent(email)}`);
  return await response.json() as Message[];
}
const firstMailTo = async (email: string): Promise<Message> => {
  const [mail] = await until(() => mailsTo(email), (mails) => mails.length > 0);
  if (!mail) throw new Error("no mail");
  return mail;
};
const tokenOf = (mail: Message): string => /\/welcome\?token=([\w-]+)/.exec(mail.text)?.[1] ?? "";

describe("signing up", () => {
  test("mails a link that says who signed up and makes the user, once", async () => {
    const email = address();
    const signUpId = await requestSignUp({ email, name: "Ada", password: "a long password" });
    expect(await checkPassword(email, "a long password")).toBeNull();
    const token = tokenOf(await firstMailTo(email));
    expect(token).toMatch(/^[\w-]{43}$/);
    // Mail scanners open links: opening spends nothing.
    expect(await peekSignUp(token)).toEqual({ id: signUpId, name: "Ada", email });
    expect(await peekSignUp(token)).toEqual({ id: signUpId, name: "Ada", email });
    const session = await confirmSignUp(token, { signUpId, password: "" }, ORIGIN);
    const user = await userOfSession(session);
    expect(user).toMatchObject({ email, name: "Ada", isStaff: false });
    expect(await checkPassword(email, "a long password")).toMatchObject({ id: session.userId });
    expect(await checkPassword(email, "another password")).toBeNull();
    expect(await peekSignUp(token)).toBeNull();
    await expect(confirmSignUp(token, { signUpId, password: "" }, ORIGIN)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a link opened many times at once makes one user", async () => {
    const email = address();
    await requestSignUp({ email, name: "Ada", password: "a long password" });
    const token = tokenOf(await firstMailTo(email));
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => confirmSignUp(token, { signUpId: null, password: "a long password" }, ORIGIN)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("a stranger who signs up with somebody's address does not get the account by the owner's click", async () => {
    const email = address();
    await requestSignUp({ email, name: "Stranger", password: "the stranger's password" });
    const token = tokenOf(await firstMailTo(email));
    // The owner's browser remembers another sign-up, or none, and the owner does not know the stranger's password.
    const own = await requestSignUp({ email, name: "Owner", password: "the owner's password" });
    for (const proof of [{ signUpId: null, password: "" }, { signUpId: own, password: "the owner's password" }]) {
      await expect(confirmSignUp(token, proof, ORIGIN)).rejects.toMatchObject({ code: "invalid_field", param: "password" });
    }
    expect(await checkPassword(email, "the stranger's password")).toBeNull();
  });

  test("a link older than a day does not work", async () => {
    const email = address();
    await requestSignUp({ email, name: "Ada", password: "a long password" });
    const token = tokenOf(await firstMailTo(email));
    await owner().query("UPDATE sign_up SET expires_at = now() - interval '1 second' WHERE email = $1", [email]);
    expect(await peekSignUp(token)).toBeNull();
    await expect(confirmSignUp(token, { signUpId: null, password: "a long password" }, ORIGIN)).rejects.toMatchObject({ code: "not_found" });
  });

  test("with an address that has an account mails its owner, without a link and without what the stranger typed", async () => {
    const email = address();
    await createUser({ email, name: "Owner", password: "the owner's password", isStaff: false });
    await requestSignUp({ email, name: "Click http://evil.example", password: "a stranger's password" });
    const mail = await firstMailTo(email);
    expect(tokenOf(mail)).toBe("");
    expect(mail.text + mail.html + mail.subject).not.toContain("evil.example");
    expect(await checkPassword(email, "a stranger's password")).toBeNull();
  });

  test("the link's mail does not carry the name that was typed either", async () => {
    const email = address();
    await requestSignUp({ email, name: "Click http://evil.example", password: "a long password" });
    const mail = await firstMailTo(email);
    expect(mail.text + mail.html + mail.subject).not.toContain("evil.example");
  });

  test("the token is stored as a hash only", async () => {
    const email = address();
    await requestSignUp({ email, name: "Ada", password: "a long password" });
    const token = tokenOf(await firstMailTo(email));
    const { rows } = await owner().query<{ row: string; hashed: boolean }>("SELECT s::text AS row, token_hash = sha256($2::bytea) AS hashed FROM sign_up s WHERE email = $1", [email, token]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.hashed).toBe(true);
    expect(rows[0]?.row).not.toContain(token);
    expect(rows[0]?.row).toContain("$argon2id$");
  });
});

describe("the outbox", () => {
  test("a job of a transaction that is rolled back does not exist", async () => {
    await openQueue();
    const before = await countJobs();
    await expect(withoutTenant(async (tx) => {
      await enqueue(tx, "mail.sign_up", { signUpId: newId("usr") });
      throw new Error("changed my mind");
    })).rejects.toThrow("changed my mind");
    expect(await countJobs()).toBe(before);
    await withoutTenant((tx) => enqueue(tx, "mail.sign_up", { signUpId: newId("usr") }));
    expect(await countJobs()).toBe(before + 1);
  });

  test("a job carries an id and nothing of the person", async () => {
    const email = address();
    await requestSignUp({ email, name: "Ada", password: "a long password" });
    const { rows } = await owner().query<{ data: Record<string, string> }>("SELECT data FROM pgboss.job WHERE name = 'mail.sign_up'");
    expect(rows.length).toBeGreaterThan(0);
    for (const { data } of rows) expect(Object.keys(data)).toEqual(["signUpId"]);
  });
});

describe("a session", () => {
  const person = async () => {
    const user = await createUser({ email: address(), name: "Ada", password: "a long password", isStaff: false });
    if (!user) throw new Error("no user");
    return user;
  };

  test("ends alone when its browser signs out", async () => {
    const user = await person();
    const [one, two] = [await makeSession(user.id), await makeSession(user.id)];
    await signOut(one, ORIGIN);
    expect(await userOfSession(one)).toBeNull();
    expect(await userOfSession(two)).toMatchObject({ id: user.id });
    // Nobody ends the session of somebody else by its id.
    await signOut({ ...two, userId: (await person()).id }, ORIGIN);
    expect(await userOfSession(two)).toMatchObject({ id: user.id });
  });

  test("ends with all the others when its user signs out everywhere", async () => {
    const user = await person();
    const sessions = [await makeSession(user.id), await makeSession(user.id)];
    await signOutEverywhere(user.id, ORIGIN);
    for (const session of sessions) expect(await userOfSession(session)).toBeNull();
    const after = await findUser(user.id);
    expect(await userOfSession(await makeSession(user.id, after?.sessionVersion))).toMatchObject({ id: user.id });
  });

  test.each([["rested for two weeks", "last_seen_at = now() - interval '14 days 1 minute'"], ["has lasted 30 days", "expires_at = now() - interval '1 second'"]])("that %s has ended", async (_name, set) => {
    const session = await makeSession((await person()).id);
    expect(await userOfSession(session)).not.toBeNull();
    await owner().query(`UPDATE user_session SET ${set} WHERE id = $1`, [session.sessionId]);
    expect(await userOfSession(session)).toBeNull();
  });

  test("notes at most every five minutes that it is in use", async () => {
    const session = await makeSession((await person()).id);
    const seen = async () => (await owner().query<{ age: number }>("SELECT extract(epoch FROM now() - last_seen_at)::float AS age FROM user_session WHERE id = $1", [session.sessionId])).rows[0]?.age ?? 0;
    await owner().query("UPDATE user_session SET last_seen_at = now() - interval '4 minutes' WHERE id = $1", [session.sessionId]);
    await userOfSession(session);
    expect(await seen()).toBeGreaterThan(230);
    await owner().query("UPDATE user_session SET last_seen_at = now() - interval '6 minutes' WHERE id = $1", [session.sessionId]);
    await userOfSession(session);
    expect(await seen()).toBeLessThan(60);
  });
});
