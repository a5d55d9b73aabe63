import { expect, test } from "vitest";
import { isForeignPost } from "@/lib/http/foreign-post";

const post = (headers: Record<string, string>, method = "POST") => isForeignPost({ method, headers: new Headers({ host: "stint.example:3000", ...headers }) });

test.each([
  ["our own origin", { origin: "http://stint.example:3000" }],
  ["our own origin over TLS, which ends in front of us", { origin: "https://stint.example:3000" }],
  ["the name under which a proxy was asked", { origin: "https://app.example", "x-forwarded-host": "app.example, inner" }],
  ["no origin", {}],
])("%s is not foreign", (_, headers) => expect(post(headers)).toBe(false));

test.each(["https://evil.example", "http://stint.example", "http://stint.example:3000.evil.example", "null", "nonsense", "file://", ""])("the origin “%s” is", (origin) => expect(post({ origin })).toBe(true));

test("reading is left to whoever likes", () => expect(post({ origin: "https://evil.example" }, "GET")).toBe(false));
