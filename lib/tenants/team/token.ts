import { createHash, randomBytes } from "node:crypto";

type Hash = Uint8Array<ArrayBuffer>;

/** The token of a mailed invitation and the hash that is stored of it; the token itself exists in the mail alone. */
export function newInvitationToken(): { token: string; hash: Hash } {
  const token = randomBytes(32).toString("base64url");
  return { token, hash: hashInvitationToken(token) };
}

export function hashInvitationToken(token: string): Hash {
  return new Uint8Array(createHash("sha256").update(token).digest());
}
