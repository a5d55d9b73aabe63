import { expect, test } from "vitest";
import { bucketKey, limitedAddress } from "@/lib/limits/subject";

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["::FFFF:cb00:7109", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2:0:0:0:0/64"],
  ["2001:0DB8:0001:0002::1", "2001:db8:1:2:0:0:0:0/64"],
  ["2001:db8:1:3::1", "2001:db8:1:3:0:0:0:0/64"],
  ["fe80::1%eth0", "fe80:0:0:0:0:0:0:0/64"],
  ["unknown", "unknown"],
])("%s is limited as %s", (ip, limited) => expect(limitedAddress(ip)).toBe(limited));

test("ids and addresses can be read in a bucket's key", () => {
  expect(bucketKey("tenant", "tenant", "ten_01jdx")).toBe("rate:tenant:ten_01jdx");
  expect(bucketKey("anonymous", "address", "2001:db8::1")).toBe("rate:anonymous:2001:db8:0:0:0:0:0:0/64");
  // Not an address policy: left as it is.
  expect(bucketKey("tenant", "tenant", "2001:db8::1")).toBe("rate:tenant:2001:db8::1");
});

test.each(["ada@example.com", "a b", "{x}:y", "\r\nDEL *", "x".repeat(100_000), "", "#abc", "猫"])("%j is kept as a hash of fixed length", async (subject) => {
  const key = await bucketKey("mail", "text", subject);
  expect(key).toMatch(/^rate:mail:#[0-9a-f]{32}$/);
  expect(await bucketKey("mail", "text", subject)).toBe(key);
  expect(await bucketKey("mail", "text", `${subject}.`)).not.toBe(key);
});
