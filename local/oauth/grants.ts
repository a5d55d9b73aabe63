import { createHash, randomBytes } from "node:crypto";

/** Somebody with an account at the provider. */
export interface Person {
  /** A number, as GitHub's are; Google's is the same one in letters. */
  id: number;
  login: string;
  name: string;
  email: string;
  verified: boolean;
}

/** What a code or a token stands for. */
export interface Grant {
  provider: "github" | "google";
  person: Person;
  redirectUri: string;
  scopes: string[];
  challenge: string | null;
  nonce: string | null;
}

const CODE_MS = 10 * 60_000;

/** Codes, each good once, for a while and for whoever has the verifier; and the tokens that they are exchanged for. */
export class Grants {
  private readonly codes = new Map<string, { grant: Grant; expiresAt: number }>();
  private readonly tokens = new Map<string, Grant>();

  constructor(private readonly now: () => number) {}

  issueCode(grant: Grant): string {
    const code = randomBytes(20).toString("hex");
    this.codes.set(code, { grant, expiresAt: this.now() + CODE_MS });
    return code;
  }

  /** The grant of a code that is used now; null when anything about it is wrong, and then the code is used up all the same. */
  redeem(code: string, provider: Grant["provider"], redirectUri: string | null, verifier: string | null): Grant | null {
    const found = this.codes.get(code);
    this.codes.delete(code);
    if (!found || found.expiresAt <= this.now() || found.grant.provider !== provider || found.grant.redirectUri !== redirectUri) return null;
    const { challenge } = found.grant;
    if (challenge !== null && (verifier === null || createHash("sha256").update(verifier).digest("base64url") !== challenge)) return null;
    return found.grant;
  }

  issueToken(grant: Grant): string {
    const token = randomBytes(20).toString("hex");
    this.tokens.set(token, grant);
    return token;
  }

  ofToken(token: string): Grant | null {
    return this.tokens.get(token) ?? null;
  }
}
