import { encode } from "next-auth/jwt";
import { beforeAll, expect, test, vi } from "vitest";
import { openIntent, sealIntent, type HandshakeIntent } from "@/lib/http/handshake-intent";
import { openPending } from "@/lib/http/pending-sign-in";
import { openSession, sealSession } from "@/lib/http/session";

const SECRET = "a-secret-of-this-test-0123456789abcdef";
const INTENT: HandshakeIntent = { provider: "github", state: "s1", purpose: { kind: "link", userId: "usr_1", sessionId: "ses_1" } };

beforeAll(() => {
  vi.stubEnv("AUTH_SECRET", SECRET);
  vi.stubEnv("UPSTASH_REDIS_REST_URL", "http://127.0.0.1:1");
  vi.stubEnv("UPSTASH_REDIS_REST_TOKEN", "t");
});

test("opens what it sealed", async () => {
  expect(await openIntent(await sealIntent(INTENT))).toEqual(INTENT);
  const signIn: HandshakeIntent = { provider: "google", state: "s2", purpose: { kind: "sign_in", next: null } };
  expect(await openIntent(await sealIntent(signIn))).toEqual(signIn);
});

test("opens no other seal of ours, and none of ours opens it", async () => {
  const intent = await sealIntent(INTENT);
  expect(await openSession(intent)).toBeNull();
  expect(await openPending(intent)).toBeNull();
  expect(await openIntent(await sealSession({ userId: "usr_1", sessionVersion: 1, sessionId: "ses_1" }))).toBeNull();
  // Sealed as a session is, by whoever can have one sealed, with the fields of an intent.
  expect(await openIntent(await encode({ token: { ...INTENT }, secret: SECRET }))).toBeNull();
});

test("opens nothing forged, empty, too old, or without its fields", async () => {
  const sealed = await sealIntent(INTENT);
  for (const cookie of [undefined, "", "x.y.z", `${sealed.slice(0, -4)}AAAA`]) expect(await openIntent(cookie)).toBeNull();
  const salt = "stint.handshake";
  expect(await openIntent(await encode({ token: { ...INTENT }, secret: SECRET, salt, maxAge: -60 }))).toBeNull();
  expect(await openIntent(await encode({ token: { ...INTENT, purpose: { kind: "link" } }, secret: SECRET, salt }))).toBeNull();
});
