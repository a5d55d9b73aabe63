import { openSecret, sealSecret } from "@/lib/platform/vault";

const placeOf = (id: string): string => `model_key.secret:${id}`;

/** Seals an endpoint's key for the row that it belongs to. */
export function sealModelKey(id: string, key: string): string {
  return sealSecret(key, placeOf(id));
}

/** Opens an endpoint's key, to send it there and for nothing else. @throws VaultError */
export function openModelKey(id: string, sealed: string): string {
  return openSecret(sealed, placeOf(id));
}
