import { BlockList, isIP } from "node:net";
import type { AllowedTargets } from "@/lib/core/allowed-targets";
import { env } from "@/lib/platform/env";

/** Whether deliveries may go to an address: encrypted, or to a host or network that the operator has allowed. */
export function isAllowedProtocol(address: string, allowed: AllowedTargets = env().OUTBOUND_ALLOWED): boolean {
  const url = new URL(address);
  if (url.protocol === "https:") return true;
  if (allowed.hosts.includes(`${url.hostname}:${url.port || "80"}`)) return true;
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(hostname);
  if (family === 0) return false;
  const networks = new BlockList();
  for (const network of allowed.networks) {
    const [base = "", bits] = network.split("/");
    networks.addSubnet(base, Number(bits), isIP(base) === 6 ? "ipv6" : "ipv4");
  }
  return networks.check(hostname, family === 6 ? "ipv6" : "ipv4");
}
