import { openSecret, sealSecret } from "@/lib/platform/vault";

export type Headers = Record<string, string>;

const placeOf = (toolId: string): string => `tool.secret_headers:${toolId}`;

/** Seals a tool's headers for the row that they belong to; null when there are none. */
export function sealHeaders(toolId: string, headers: Headers): string | null {
  return Object.keys(headers).length === 0 ? null : sealSecret(JSON.stringify(headers), placeOf(toolId));
}

/** Opens a tool's headers, to send them and for nothing else. @throws VaultError */
export function openHeaders(toolId: string, sealed: string | null): Headers {
  // What was sealed above.
  return sealed === null ? {} : (JSON.parse(openSecret(sealed, placeOf(toolId))) as Headers);
}

/** Stored headers with a change applied: a value replaces, null takes away, names are compared without case. */
export function mergeHeaders(stored: Headers, change: Record<string, string | null>): Headers {
  const changed = new Set(Object.keys(change).map((name) => name.toLowerCase()));
  const kept = Object.entries(stored).filter(([name]) => !changed.has(name.toLowerCase()));
  const given = Object.entries(change).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries([...kept, ...given]);
}

/** A text without what a server sent back of the secrets it was given. Short values are words that may stand anywhere. */
export function withoutSecrets(text: string, headers: Headers): string {
  let clean = text;
  for (const value of Object.values(headers)) {
    for (const secret of [value, ...value.split(/\s+/)]) if (secret.length >= 8) clean = clean.replaceAll(secret, "[secret removed]");
  }
  return clean;
}
