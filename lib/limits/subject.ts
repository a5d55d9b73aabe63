import { normaliseAddress, normaliseCidr } from "@/lib/core/cidr";
import type { RateSubject } from "@/lib/limits/policies";

/** Ids and addresses. Anything else may be long, hostile or somebody's mail address, and is kept as its hash. */
const PLAIN = /^[\w:./-]{1,64}$/;

/** What a subject's bucket is called in Redis and in a process: `rate:<policy>:<subject>`. */
export function bucketKey(policy: string, per: RateSubject, subject: string): string | Promise<string> {
  const name = per === "address" ? limitedAddress(subject) : subject;
  // No plain subject begins with the mark of a hashed one.
  return PLAIN.test(name) ? `rate:${policy}:${name}` : hash(name).then((digest) => `rate:${policy}:#${digest}`);
}

/**
 * What an address is limited as: IPv4 by itself, also written inside IPv6; IPv6 by its /64, because whoever has one
 * address of a /64 has all of them.
 */
export function limitedAddress(ip: string): string {
  const address = normaliseAddress(ip.replace(/%.*$/, ""));
  if (address === null || !address.includes(":")) return address ?? ip;
  return normaliseCidr(`${address}/64`) ?? ip;
}

async function hash(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
