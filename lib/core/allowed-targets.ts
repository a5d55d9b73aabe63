import { normaliseCidr } from "@/lib/core/cidr";

/** What the operator lets tools and webhooks reach beyond the public internet: hosts with a port, and networks. */
export type AllowedTargets = { hosts: string[]; networks: string[] };

/** Reads `host:port` and `address/bits`, separated by commas. Null when an entry is neither. */
export function parseAllowedTargets(text: string): AllowedTargets | null {
  const targets: AllowedTargets = { hosts: [], networks: [] };
  for (const entry of text.split(",").map((part) => part.trim()).filter((part) => part !== "")) {
    if (entry.includes("/")) {
      const network = normaliseCidr(entry);
      if (!network) return null;
      targets.networks.push(network);
      continue;
    }
    const port = /:(\d{1,5})$/.exec(entry)?.[1];
    if (port === undefined || !URL.canParse(`http://${entry}`)) return null;
    const { hostname, username, pathname } = new URL(`http://${entry}`);
    if (username !== "" || pathname !== "/" || Number(port) === 0) return null;
    targets.hosts.push(`${hostname}:${Number(port)}`);
  }
  return targets;
}
