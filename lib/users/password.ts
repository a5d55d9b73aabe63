import { hash, verify } from "@node-rs/argon2";

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A hash of no password that anyone knows, so that an unknown address takes as long as a wrong password. */
let decoy: Promise<string> | undefined;

/** Hashes a password with argon2id, salt included. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** True when the password belongs to the hash. Takes the same time when there is no hash. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(crypto.randomUUID());
  const matches = await verify(stored ?? (await decoy), password);
  return stored !== null && matches;
}
