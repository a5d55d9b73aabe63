import { expect, test } from "vitest";
import { refusalOf } from "@/lib/limits/refusal";
import type { LimitState } from "@/lib/limits/state";

const state: LimitState = { policy: "tenant", quota: 60, windowMs: 60_000, allowed: true, remaining: 3, resetMs: 57_000, shared: true };

test("no refusal where every limit allowed", () => expect(refusalOf([state, { ...state, policy: "key" }])).toBeNull());

test("the limit that keeps out for longest is named, in `param` and in words", () => {
  const error = refusalOf([{ ...state, policy: "key", quota: 2, allowed: false, remaining: 0, resetMs: 29_001 }, { ...state, allowed: false, remaining: 0, resetMs: 1_000 }]);
  expect(error).toMatchObject({ code: "rate_limited", status: 429, param: "key", retryAfterS: 30 });
  expect(error?.message).toBe("Too many requests. The limit `key` is 2 requests of this key in a minute. Try again in 30 seconds.");
});

test("the limit of the whole workspace is called that, and never by its code, which stays in `param`", () => {
  const error = refusalOf([{ ...state, allowed: false, remaining: 0, resetMs: 1_000 }]);
  expect(error).toMatchObject({ code: "rate_limited", param: "tenant" });
  expect(error?.message).toBe("Too many requests. The limit is 60 requests of all keys of the workspace together in a minute. Try again in a second.");
});

test("where Redis is away, what guards an account is not too many but cannot be told", () => {
  expect(refusalOf([{ ...state, policy: "sign_in", allowed: false, shared: false, resetMs: 2_000 }])).toMatchObject({ code: "unavailable", status: 503, retryAfterS: 2 });
  expect(refusalOf([{ ...state, policy: "tenant", allowed: false, shared: false, resetMs: 2_000 }])).toMatchObject({ code: "rate_limited", status: 429 });
});
