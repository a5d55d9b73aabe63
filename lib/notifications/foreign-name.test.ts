import { describe, expect, test } from "vitest";
import { foreignName } from "@/lib/notifications/foreign-name";

describe("a name in a mail to a stranger", () => {
  test.each([
    ["Carrow Mill", "“Carrow Mill”"],
    ["Ångström & Søn A/S", "“Ångström & Søn A S”"],
    ["Acme Inc.", "“Acme Inc.”"],
    ["J. R. O'Neil-Smith (ops)", "“J. R. O'Neil-Smith (ops)”"],
    ["株式会社 四季", "“株式会社 四季”"],
    ["Route 66", "“Route 66”"],
  ])("%j reads %s", (name, shown) => expect(foreignName(name)).toBe(shown));

  test.each([
    "Your account is locked: https://evil.example/unlock", "visit evil.example now", "EVIL。EXAMPLE", "evil．example", "evil.​example", "www.evil.example", "evil..example", "//evil.example/x",
    "write to help@evil.example", "mailto:help@evil.example", "Acme”, says Stint.\n\nPay at evil.example", "a\r\nBcc: everybody@evil.example", "<a href=\"https://evil.example\">Acme</a>",
    "tel:+1 (800) 555-0199", "Call 1-800-555-0199", "١٢٣٤٥٦٧", "‮elpmaxe.live", "evil․example", "evil‥example",
  ])("%j holds no address, no number to call, no line of its own and no way out of the quotation marks", (name) => {
    const shown = foreignName(name) ?? "“”";
    expect(shown).toMatch(/^“[^“”"\n\r<>@:/\\]*”$/);
    expect(shown).not.toMatch(/[^\s.]\.[^\s.”]/);
    expect(shown.replace(/\P{N}/gu, "").length).toBeLessThan(5);
    expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  test.each(["", " ", "...", "://", "☎", "1234567"])("nothing is left of %j", (name) => expect(foreignName(name)).toBeNull());

  test("a story is cut", () => expect(Array.from(foreignName("word ".repeat(20)) ?? "").length).toBeLessThanOrEqual(42));
});
