import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { SecretsKeys } from "@/lib/core/secrets-keys";
import { env } from "@/lib/platform/env";

/**
 * Secrets at rest. Each has a data key of its own, which encrypts it (AES-256-GCM) and is itself encrypted with a key of
 * `SECRETS_KEYS`; the record says with which: `s1.<key id>.<data key>.<secret>`. Giving a record to another row does not
 * work: what it belongs to is authenticated with it.
 */
const VERSION = "s1";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A sealed secret that does not open: its key is not configured, it was tampered with, or it belongs elsewhere. */
export class VaultError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = "VaultError";
  }
}

/**
 * Seals a secret for one place.
 * @param place what it belongs to, as `table.column:row id`; opening it needs the same
 */
export function sealSecret(secret: string, place: string, keys: SecretsKeys = env().SECRETS_KEYS): string {
  const dataKey = randomBytes(32);
  const [keyId, key] = newestOf(keys);
  return [VERSION, keyId, encrypt(key, dataKey, keyId), encrypt(dataKey, Buffer.from(secret, "utf8"), place)].join(".");
}

/** Opens what `sealSecret` sealed for the same place. @throws VaultError */
export function openSecret(sealed: string, place: string, keys: SecretsKeys = env().SECRETS_KEYS): string {
  const { dataKey, secret } = unwrap(sealed, keys);
  return decrypt(dataKey, secret, place).toString("utf8");
}

/** The same secret with its data key under the newest key, or null when it is there already. The secret itself is not opened. @throws VaultError */
export function rewrapSecret(sealed: string, keys: SecretsKeys): string | null {
  const [keyId, key] = newestOf(keys);
  const parts = unwrap(sealed, keys);
  return parts.keyId === keyId ? null : [VERSION, keyId, encrypt(key, parts.dataKey, keyId), parts.secret].join(".");
}

function newestOf(keys: SecretsKeys): [string, Uint8Array] {
  const [newest] = keys;
  if (!newest) throw new VaultError("There is no key to seal with.");
  return newest;
}

function unwrap(sealed: string, keys: SecretsKeys): { keyId: string; dataKey: Buffer; secret: string } {
  const [version, keyId = "", wrapped = "", secret = "", ...rest] = sealed.split(".");
  if (version !== VERSION || rest.length > 0) throw new VaultError("This is not a sealed secret.");
  const key = keys.get(keyId);
  if (!key) throw new VaultError(`The key \`${keyId}\` is not among SECRETS_KEYS.`);
  return { keyId, dataKey: decrypt(key, wrapped, keyId), secret };
}

function encrypt(key: Uint8Array, plain: Uint8Array, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(context, "utf8"));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

function decrypt(key: Uint8Array, text: string, context: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new VaultError("A sealed secret is cut short.");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(context, "utf8")).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new VaultError("A sealed secret does not open: it was changed, belongs elsewhere, or its key is another one.", { cause: error });
  }
}
