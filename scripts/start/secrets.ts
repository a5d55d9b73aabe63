import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { readJsonFile, writeJsonFile } from "./json-file";

const NAMES = [
  "auth_secret", "metrics_token", "gateway_token", "model_key",
  "postgres_password", "owner_password", "application_password",
  "seed_owner_password", "seed_staff_password",
  "secrets_key",
  "stripe_key", "stripe_webhook_secret",
] as const;

/** What this installation keeps to itself, by name: letters, digits, dashes and underscores, and for `secrets_key` what base64 has. */
export type Secrets = Record<(typeof NAMES)[number], string>;

/** Secrets of the state folder; the missing ones are made, at random, and stored first. */
export function loadSecrets(home: string): Secrets {
  const file = join(home, "secrets.json");
  const stored = readJsonFile(file) ?? {};
  let changed = false;
  const entries = NAMES.map((name): [string, string] => {
    const value = stored[name];
    if (typeof value === "string" && value.length >= 16) return [name, value];
    changed = true;
    return [name, make(name)];
  });
  // Every name is in the list, so the object has all of them.
  const secrets = Object.fromEntries(entries) as Secrets;
  if (changed) writeJsonFile(file, { ...stored, ...secrets });
  return secrets;
}

function make(name: (typeof NAMES)[number]): string {
  if (name.startsWith("seed_")) return makePassword();
  if (name === "stripe_key") return `sk_test_${randomBytes(24).toString("hex")}`;
  if (name === "stripe_webhook_secret") return `whsec_${randomBytes(24).toString("hex")}`;
  // The form of SECRETS_KEYS: an id and 32 bytes.
  return name === "secrets_key" ? `k1:${randomBytes(32).toString("base64")}` : randomBytes(24).toString("hex");
}

/** A password that a person can read off a screen: 20 characters of 32, in groups. */
function makePassword(): string {
  const letters = [...randomBytes(20)].map((byte) => "abcdefghijkmnpqrstuvwxyz23456789"[byte % 32]);
  return (letters.join("").match(/.{5}/g) ?? []).join("-");
}
