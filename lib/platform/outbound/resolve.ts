import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { AllowedTargets } from "@/lib/core/allowed-targets";
import { isForbiddenAddress, isForbiddenName } from "./addresses";
import { OutboundError } from "./error";

export type Resolver = (hostname: string) => Promise<LookupAddress[]>;

/** The machine's own resolver, as every other program uses it. */
export const systemResolver: Resolver = (hostname) => lookup(hostname, { all: true, order: "verbatim" });

/** Reads an address that a tenant or another server gave. @throws OutboundError `invalid_url` */
export function readTarget(text: string, base?: URL): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "" || url.hostname === "") throw new OutboundError("invalid_url");
  // `example.com.` is the same host, but no certificate says so.
  if (url.hostname.endsWith(".")) url.hostname = url.hostname.replace(/\.+$/, "");
  url.hash = "";
  return url;
}

/** Makes the check of one address: which ones a connection to it may use. */
export function createTargetCheck(resolve: Resolver, allowed: AllowedTargets): (url: URL) => Promise<LookupAddress[]> {
  const hosts = new Set(allowed.hosts);
  const networks = new BlockList();
  for (const network of allowed.networks) {
    const [address = "", bits] = network.split("/");
    networks.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  const isAllowedNetwork = (address: string): boolean => isIP(address) !== 0 && !address.includes("%") && networks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

  /**
   * Resolves the host once and checks every answer: one forbidden address refuses them all, since which one is used is
   * not ours to choose. What is returned is all that the connection may be given.
   * @throws OutboundError `forbidden_address`, `dns_failed`
   */
  return async (url) => {
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const listed = hosts.has(`${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`);
    const suspicious = isForbiddenName(hostname);
    if (suspicious && !listed && allowed.networks.length === 0) throw new OutboundError("forbidden_address");
    const addresses = isIP(hostname) === 0 ? await resolveName(resolve, hostname) : [{ address: hostname, family: isIP(hostname) }];
    const isFine = ({ address }: LookupAddress): boolean => listed || isAllowedNetwork(address) || (!suspicious && !isForbiddenAddress(address));
    if (!addresses.every(isFine)) throw new OutboundError("forbidden_address");
    return addresses;
  };
}

async function resolveName(resolve: Resolver, hostname: string): Promise<LookupAddress[]> {
  try {
    const addresses = await resolve(hostname);
    if (addresses.length > 0 && addresses.every(({ address }) => isIP(address.split("%")[0] ?? "") !== 0)) return addresses;
  } catch (error) {
    throw new OutboundError("dns_failed", { cause: error });
  }
  throw new OutboundError("dns_failed");
}
