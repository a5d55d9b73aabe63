import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { hashKeySecret, isKeySecret, keyPrefix, newKeySecret } from "@/lib/keys/secret";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const toNumber = (text: string): bigint => [...text].reduce((value, letter) => value * 62n + BigInt(ALPHABET.indexOf(letter)), 0n);

describe("the secret of an API key", () => {
  const secret = newKeySecret();

  test("is stint_, 43 characters of 256 bits, 6 of their CRC-32", () => {
    expect(secret).toMatch(/^stint_[0-9A-Za-z]{49}$/);
    const body = secret.slice(6, 49);
    expect(toNumber(body) < 2n ** 256n).toBe(true);
    // The checksum by another implementation than the one under test.
    expect(toNumber(secret.slice(49))).toBe(BigInt(crc32(body)));
  });

  test("is another one every time", () => expect(new Set(Array.from({ length: 500 }, newKeySecret)).size).toBe(500));

  test("is told from every copy with one character changed", () => {
    expect(isKeySecret(secret)).toBe(true);
    for (let at = 6; at < secret.length; at++) {
      const other = secret[at] === "a" ? "b" : "a";
      expect(isKeySecret(secret.slice(0, at) + other + secret.slice(at + 1)), `changed at ${at}`).toBe(false);
    }
  });

  test.each([["empty", ""], ["its prefix alone", "stint_"], ["cut", secret.slice(0, -1)], ["longer", `${secret}0`], ["another prefix", secret.replace("stint_", "stunt_")],
    ["in capitals", secret.toUpperCase()], ["with a line break", `${secret.slice(0, -1)}\n`], ["not ASCII", `stint_${"é".repeat(49)}`]])(
    "is not %s", (_name, text) => expect(isKeySecret(text)).toBe(false),
  );

  test("is kept as its SHA-256 and the first six characters", async () => {
    expect(await hashKeySecret(secret)).toBe(createHash("sha256").update(secret).digest("hex"));
    expect(keyPrefix(secret)).toBe(secret.slice(0, 12));
  });
});
