/**
 * A domain name as mail addresses are compared with it: lower case, other alphabets in their ASCII form, no dot at the
 * end. Null for what is no domain name, addresses of the network included.
 */
export function normaliseDomain(text: string): string | null {
  const given = text.trim().replace(/^@/, "").replace(/\.$/, "");
  // What else an address may hold (a port, a path, a user) would be dropped silently.
  if (!/^[^\s/:@?#[\]\\%]+$/.test(given) || !URL.canParse(`http://${given}`)) return null;
  const host = new URL(`http://${given}`).hostname;
  if (host.length > 253) return null;
  const labels = host.split(".");
  if (labels.length < 2 || !labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) return null;
  return /^[0-9]+$/.test(labels.at(-1) ?? "") ? null : host;
}
