/** Networks as `address/bits`, IPv4 and IPv6, without Node: the same rules on the form, in the API and in tests. */

/**
 * The one spelling of a network or address: host bits cleared, IPv6 in full hexadecimal groups, an IPv4 address inside
 * IPv6 (`::ffff:…`) as the IPv4 that it is. A single address gets all its bits. Null for anything else.
 */
export function normaliseCidr(text: string): string | null {
  const [address = "", bits, ...rest] = text.trim().split("/");
  if (rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null;
  const v4 = parseV4(address);
  if (v4) return spell(v4, bits === undefined ? 32 : Number(bits), "v4");
  const v6 = parseV6(address);
  if (!v6) return null;
  const length = bits === undefined ? 128 : Number(bits);
  if (isMapped(v6) && length >= 96) return spell(v6.slice(12), length - 96, "v4");
  return spell(v6, length, "v6");
}

/** A client's address in the spelling that networks are compared with, or null when it is not an address. */
export function normaliseAddress(text: string): string | null {
  if (text.includes("/")) return null;
  return normaliseCidr(text)?.split("/")[0] ?? null;
}

function spell(bytes: number[], length: number, family: "v4" | "v6"): string | null {
  if (length > bytes.length * 8) return null;
  const network = bytes.map((byte, at) => byte & (0xff << Math.max(0, Math.min(8, 8 - (length - at * 8)))) & 0xff);
  if (family === "v4") return `${network.join(".")}/${length}`;
  const groups = Array.from({ length: 8 }, (_, at) => (((network[at * 2] ?? 0) << 8) | (network[at * 2 + 1] ?? 0)).toString(16));
  return `${groups.join(":")}/${length}`;
}

function parseV4(text: string): number[] | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return null;
  return parts.map(Number);
}

function parseV6(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) return null;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const before = toBytes(head ?? [], tail === undefined);
  const after = toBytes(tail ?? [], true);
  if (!before || !after) return null;
  const missing = 16 - before.length - after.length;
  // `::` stands for one group of zeros at least.
  if (tail === undefined ? missing !== 0 : missing < 2) return null;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

/** Only the very last part of an address may be written as IPv4. */
function toBytes(groups: string[], mayEndInV4: boolean): number[] | null {
  const bytes: number[] = [];
  for (const [at, group] of groups.entries()) {
    const v4 = mayEndInV4 && at === groups.length - 1 ? parseV4(group) : null;
    if (v4) bytes.push(...v4);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff);
    else return null;
  }
  return bytes;
}

function isMapped(bytes: number[]): boolean {
  return bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}
