import { expect, test } from "vitest";
import { rateLimitHeaders, retryAfterSeconds } from "@/lib/limits/headers";
import type { LimitState } from "@/lib/limits/state";

const state: LimitState = { policy: "tenant", quota: 60, windowMs: 60_000, allowed: true, remaining: 41, resetMs: 12_345, shared: true };

test("the headers are structured fields, seconds rounded up", () => {
  expect(rateLimitHeaders([state])).toEqual({ "RateLimit-Policy": '"tenant";q=60;w=60', RateLimit: '"tenant";r=41;t=13' });
});

test("several limits stand beside each other", () => {
  expect(rateLimitHeaders([state, { ...state, policy: "sign_in", quota: 20, windowMs: 300_000, remaining: 0 }])["RateLimit-Policy"]).toBe('"tenant";q=60;w=60, "sign_in";q=20;w=300');
  expect(rateLimitHeaders([])).toEqual({});
});

test("a refused request may come again in seconds from now, at least one", () => {
  expect(retryAfterSeconds({ ...state, resetMs: 0 })).toBe(1);
  expect(retryAfterSeconds({ ...state, resetMs: 1_001 })).toBe(2);
});
