import { BlockList, isIP } from "node:net";

/** IPv4 that is not the public internet, by the IANA registry of special-purpose addresses; multicast and reserved ones too. */
const FORBIDDEN_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12], ["192.0.0.0", 24], ["192.0.2.0", 24],
  ["192.88.99.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15], ["198.51.100.0", 24], ["203.0.113.0", 24], ["224.0.0.0", 4], ["240.0.0.0", 4],
];
/** Public IPv6 is 2000::/3 without these: Teredo and other protocol assignments, documentation (twice), 6to4. */
const FORBIDDEN_V6: readonly (readonly [string, number])[] = [["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["3fff::", 20]];

const forbiddenV4 = listOf(FORBIDDEN_V4, "ipv4");
const publicV6 = listOf([["2000::", 3]], "ipv6");
const forbiddenV6 = listOf(FORBIDDEN_V6, "ipv6");
/** Where IPv6 alone is spoken, NAT64 writes every IPv4 address like this: it is as good as the address inside. */
const nat64 = listOf([["64:ff9b::", 96]], "ipv6");
const forbiddenNat64 = listOf(FORBIDDEN_V4.map(([address, bits]) => [`64:ff9b::${address}`, 96 + bits] as const), "ipv6");

/**
 * True for every address that is not on the public internet, and for what is no address: loopback, private, shared
 * (CGNAT), link-local with the clouds' metadata services, multicast, reserved, and IPv4 inside IPv6 (mapped,
 * compatible, 6to4, Teredo), which reaches the same places by another name.
 */
export function isForbiddenAddress(address: string): boolean {
  // A zone (`fe80::1%eth0`) names an interface of this machine.
  if (address.includes("%")) return true;
  switch (isIP(address)) {
    case 4: return forbiddenV4.check(address, "ipv4");
    case 6: return nat64.check(address, "ipv6") ? forbiddenNat64.check(address, "ipv6") : !publicV6.check(address, "ipv6") || forbiddenV6.check(address, "ipv6");
    default: return true;
  }
}

/** Names that mean this machine or its network, whatever a resolver says: by RFC 6761, 6762 and 9476, and by the clouds' custom. */
export function isForbiddenName(hostname: string): boolean {
  return /(^|\.)(localhost|localdomain|local|internal|home\.arpa)$/.test(hostname.toLowerCase().replace(/\.+$/, ""));
}

function listOf(networks: readonly (readonly [string, number])[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [address, bits] of networks) list.addSubnet(address, bits, family);
  return list;
}
