import { describe, expect, test } from "vitest";
import { normaliseDomain } from "@/lib/tenants/settings/domain";

describe("a domain name", () => {
  test.each([
    ["example.com", "example.com"], [" Example.COM ", "example.com"], ["@example.com", "example.com"], ["example.com.", "example.com"],
    ["mail.example.co.uk", "mail.example.co.uk"], ["bücher.example", "xn--bcher-kva.example"], ["xn--bcher-kva.example", "xn--bcher-kva.example"], ["a1.b-2.io", "a1.b-2.io"],
  ])("%j is kept as %j", (text, kept) => expect(normaliseDomain(text)).toBe(kept));

  test.each([
    "", "@", "localhost", "com.", "example..com", ".example.com", "-a.example", "a-.example", "a_b.example", "*.example.com", "ada@example.com", "example.com/x", "example.com:25",
    "http://example.com", "127.0.0.1", "127.1", "0x7f.1", "[::1]", "example.com?x", "example.com#x", "a b.example", "a.123", "ex%61mple.com", `${"a".repeat(64)}.example`, `${"a.".repeat(130)}example`,
  ])("%j is none", (text) => expect(normaliseDomain(text)).toBeNull());
});
