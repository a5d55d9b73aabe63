import type { LookupAddress } from "node:dns";
import { lookup, Resolver as NameServers } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { AllowedTargets } from "@/lib/core/allowed-targets";
import { isForbiddenAddress, isForbiddenName } from "./addresses";
import { OutboundError } from "./error";

export type Resolver = (hostname: string) => Promise<LookupAddress[]>;

/** The machine's own resolver, with its file of hosts. It keeps one of a process's few threads busy for as long as it waits. */
export const systemResolver: Resolver = (hostname) => lookup(hostname, { all: true, order: "verbatim" });

/**
 * Asks the machine's name servers without a thread: names that tenants choose may take their time, and must not keep
 * everybody else from theirs. IPv4 first, which every machine can reach.
 */
export const nameServerResolver: Resolver = async (hostname) => {
  const servers = new NameServers({ timeout: 3_000, tries: 2 });
  const [v4, v6] = await Promise.allSettled([servers.resolve4(hostname), servers.resolve6(hostname)]);
  if (v4.status === "rejected" && v6.status === "rejected") throw v4.reason;
  const found = (family: number, answer: PromiseSettledResult<string[]>): LookupAddress[] => (answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : []);
  return [...found(4, v4), ...found(6, v6)];
};

/** Reads an address that a tenant or another server gave. @throws OutboundError `invalid_url` */
export function readTarget(text: string, base?: URL): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "" || url.hostname === "") throw new OutboundError("invalid_url");
  // `example.com.` is the same host, but no certificate says so.
  if (url.hostname.endsWith(".")) url.hostname = url.hostname.replace(/\.+$/, "");
  url.hash = "";
  return url;
}

/** Makes the check of one address: which ones a connection to it may use. The operator's own hosts are looked up as the machine knows them. */
export function createTargetCheck(resolve: Resolver, allowed: AllowedTargets, resolveListed: Resolver = resolve): (url: URL) => Promise<LookupAddress[]> {
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
    const addresses = isIP(hostname) === 0 ? await resolveName(listed ? resolveListed : resolve, hostname) : [{ address: hostname, family: isIP(hostname) }];
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
