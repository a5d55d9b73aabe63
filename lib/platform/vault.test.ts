import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseSecretsKeys } from "@/lib/core/secrets-keys";
import { openSecret, rewrapSecret, sealSecret, VaultError } from "@/lib/platform/vault";

const key = (id: string): string => `${id}:${randomBytes(32).toString("base64")}`;
const [K1, K2] = [key("k1"), key("k2")];
const ring = (...keys: string[]) => parseSecretsKeys(keys.join(",")) ?? new Map<string, Uint8Array<ArrayBuffer>>();
const PLACE = "user_account.totp_secret:usr_1";

describe("a sealed secret", () => {
  const sealed = sealSecret("JBSWY3DPEHPK3PXP", PLACE, ring(K1));

  test("opens again, with what text can hold", () => {
    expect(openSecret(sealed, PLACE, ring(K1))).toBe("JBSWY3DPEHPK3PXP");
    for (const text of ["", "ü\u{1f511}\n", "x".repeat(10_000)]) expect(openSecret(sealSecret(text, PLACE, ring(K1)), PLACE, ring(K1))).toBe(text);
  });

  test("shows its key's id and nothing of itself, and is another one each time", () => {
    expect(sealed).toMatch(/^s1\.k1\.[\w-]+\.[\w-]+$/);
    expect(Buffer.from(sealed.split(".")[3] ?? "", "base64url").toString("latin1")).not.toContain("JBSWY3DP");
    expect(sealSecret("JBSWY3DPEHPK3PXP", PLACE, ring(K1))).not.toBe(sealed);
  });

  test("does not open in another place, with another key, or changed by one bit", () => {
    expect(() => openSecret(sealed, "user_account.totp_secret:usr_2", ring(K1))).toThrow(VaultError);
    expect(() => openSecret(sealed, PLACE, ring(K2))).toThrow("`k1` is not among SECRETS_KEYS");
    expect(() => openSecret(sealed, PLACE, ring(`k1:${K2.slice(3)}`))).toThrow(VaultError);
    for (const part of [2, 3]) {
      const parts = sealed.split(".");
      const bytes = Buffer.from(parts[part] ?? "", "base64url");
      bytes[20] = (bytes[20] ?? 0) ^ 1;
      parts[part] = bytes.toString("base64url");
      expect(() => openSecret(parts.join("."), PLACE, ring(K1))).toThrow(VaultError);
    }
    for (const junk of ["", "s1", "s1.k1..", "s2.k1.a.b", `${sealed}.x`, "plain text"]) expect(() => openSecret(junk, PLACE, ring(K1)), junk).toThrow(VaultError);
  });
});

describe("rotation", () => {
  const sealed = sealSecret("a secret", PLACE, ring(K1));

  test("puts a secret under the newest key, after which the old key may go", () => {
    const moved = rewrapSecret(sealed, ring(K2, K1)) ?? "";
    expect(moved).toMatch(/^s1\.k2\./);
    expect(openSecret(moved, PLACE, ring(K2))).toBe("a secret");
    expect(rewrapSecret(moved, ring(K2, K1))).toBeNull();
    expect(openSecret(sealed, PLACE, ring(K2, K1))).toBe("a secret");
  });

  test("cannot be done without the key that a secret is under", () => expect(() => rewrapSecret(sealed, ring(K2))).toThrow(VaultError));
});

test.each(["", "k1", "k1:short", `${K1},${K1}`, `${K1},`, `k 1:${K1.slice(3)}`, `k1:${randomBytes(31).toString("base64")}`, `k1:${"!".repeat(44)}`])("%j is no list of keys", (text) => expect(parseSecretsKeys(text)).toBeNull());
test("the first key of a list seals", () => expect([...ring(K2, K1).keys()]).toEqual(["k2", "k1"]));
