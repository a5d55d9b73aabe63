import { createHash, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from "node:crypto";

/** Signs id tokens with RS256, by a key that lives as long as the process. */
export class Signer {
  private readonly key: KeyObject;
  readonly jwk: JsonWebKey;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.key = privateKey;
    this.jwk = { ...publicKey.export({ format: "jwk" }), kid: "local", use: "sig", alg: "RS256" };
  }

  sign(claims: Record<string, unknown>): string {
    const signed = `${encode({ alg: "RS256", kid: "local", typ: "JWT" })}.${encode(claims)}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), this.key).toString("base64url")}`;
  }
}

/** The `at_hash` that ties an id token to its access token: the left half of the digest. */
export function accessTokenHash(token: string): string {
  return createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
