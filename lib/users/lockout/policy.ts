import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/core/time";

/** After `free` failures in a row each further one locks, for `firstMs` and then twice as long each time, at most for `mostMs`. */
export type LockRule = { free: number; firstMs: number; mostMs: number };

/**
 * `pair`: an account from one network. What anyone can bring about from elsewhere never locks its owner out.
 * `account`: an account from everywhere, for guesses that are spread over many networks. It holds only networks that the
 * account was not used from of late, and its mailed link lets its owner in all the same.
 * `second_factor`: only who knows the first one can bring it about.
 */
export const LOCK_RULES = {
  pair: { free: 5, firstMs: MINUTE_MS, mostMs: HOUR_MS },
  account: { free: 50, firstMs: 5 * MINUTE_MS, mostMs: HOUR_MS },
  second_factor: { free: 5, firstMs: MINUTE_MS, mostMs: DAY_MS },
} as const satisfies Record<string, LockRule>;
export type LockKind = keyof typeof LOCK_RULES;

/** After this long without a failure the count begins anew. */
export const FORGOTTEN_MS = DAY_MS;
/** A network that an account was signed in from within this time is known to it. */
export const KNOWN_MS = 90 * DAY_MS;

/** How long the `failures`th failure in a row locks, in milliseconds; 0 while it does not. */
export function lockMs(rule: LockRule, failures: number): number {
  if (failures < rule.free) return 0;
  return Math.min(rule.mostMs, rule.firstMs * 2 ** Math.min(30, failures - rule.free));
}

/** The network that an address stands for: an IPv4 address itself, of IPv6 the 64 bits that one customer of a provider has. */
export function networkOf(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [head = "", tail] = ip.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8 - before.length - (tail === "" ? 0 : tail.split(":").length);
  const groups = [...before, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...(tail ? tail.split(":") : [])];
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  return mapped ?? `${groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
