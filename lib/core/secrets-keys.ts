/** The keys of `SECRETS_KEYS` by their ids, the one that seals first. */
export type SecretsKeys = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Reads `id:base64,id:base64`; null when it is anything else, or an id stands in it twice. */
export function parseSecretsKeys(text: string): SecretsKeys | null {
  const keys = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const part of text.split(",")) {
    const match = /^([A-Za-z0-9]{1,16}):([A-Za-z0-9+/]{43}=)$/.exec(part.trim());
    const [, id = "", encoded = ""] = match ?? [];
    if (!match || keys.has(id)) return null;
    keys.set(id, Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
  }
  return keys;
}
