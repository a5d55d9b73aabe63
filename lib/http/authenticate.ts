import { hash as digestOf } from "node:crypto";
import { AppError } from "@/lib/core/errors";
import { normaliseAddress } from "@/lib/core/cidr";
import { keyDirectory, tellLimits, type DirectoryEntry } from "@/lib/keys/directory";
import { recordAddressRefused } from "@/lib/keys/refusals";
import { hashKeySecret, hashSecretsWith, isKeySecret } from "@/lib/keys/secret";
import { admit, type Admission, type AdmitAnswer } from "@/lib/limits/admission";
import { edgeEnv } from "@/lib/platform/env";
import { keyAllows, memberAllows, type Permission } from "@/lib/tenants/policy";
import { clientIpOf, DIRECTORY_HEADER, requestIdOf } from "@/lib/http/context";
import { openSession, readSessionCookie } from "@/lib/http/session";

// This side of the door is Node's. The edge, which shares the code, has no Node to call.
hashSecretsWith((secret) => digestOf("sha256", secret));

/** An authenticated caller of the API and everything its admission told. */
export type Principal = Admission & {
  /** `key_…` or `usr_…`: whose idempotency keys these are and who the audit log names. */
  id: string;
  allows: (permission: Permission) => boolean;
};

/**
 * Authenticates an API request in PostgreSQL and counts it. Trusts no header but the credentials themselves, so it
 * holds without the gate in front.
 * @throws AppError `unauthorized`, `address_not_allowed`, `two_factor_required`, `quota_exceeded`, `csrf` or `unavailable`
 */
export async function authenticate(request: Request, counted: boolean): Promise<Principal> {
  const bearer = bearerOf(request.headers);
  return bearer === null ? authenticateSession(request, counted) : authenticateKey(request, bearer, counted);
}

/** The secret of an `Authorization: Bearer` header, or null without such a header. */
export function bearerOf(headers: Headers): string | null {
  const header = headers.get("authorization");
  if (header === null) return null;
  const match = /^Bearer +(\S+)$/i.exec(header.trim());
  return match?.[1] ?? "";
}

async function authenticateKey(request: Request, secret: string, counted: boolean): Promise<Principal> {
  if (!isKeySecret(secret)) throw new AppError("unauthorized", "This is not a Stint API key. Keys begin with `stint_`.");
  const hash = await hashKeySecret(secret);
  const ip = clientIpOf(request.headers, edgeEnv().TRUSTED_PROXY_HOPS);
  const answer = await admit({ kind: "key", hash, address: normaliseAddress(ip) }, counted);
  if (answer.kind === "address_refused") {
    const { tenant, key, userId } = answer.admission;
    if (key) await recordAddressRefused({ tenantId: tenant.id, keyId: key.id, userId, ip, requestId: requestIdOf(request.headers) });
    throw new AppError("address_not_allowed", `This API key may not be used from ${ip}. The call was not counted.`);
  }
  const admission = requireAdmitted(answer, "This API key is unknown, revoked or expired.");
  const { key, tenant, limits } = admission;
  if (!key) throw new AppError("unauthorized");
  correctDirectory(request, hash, { keyId: key.id, tenantId: tenant.id, requestsPerMinute: limits.requestsPerMinute, keyRequestsPerMinute: key.requestsPerMinute });
  return { ...admission, id: key.id, allows: (permission) => keyAllows(admission.scopes ?? [], admission.role, permission) };
}

/**
 * Writes what PostgreSQL has just told into the directory, when the gate in front applied other limits or knew none: a
 * change of plan, key or override acts within a second even where the message that cleared the directory was lost.
 */
function correctDirectory(request: Request, hash: string, present: Omit<DirectoryEntry, "at">): void {
  const applied = request.headers.get(DIRECTORY_HEADER);
  if (applied === null || applied === tellLimits(present)) return;
  // Without Redis the next request tries again; that Redis is away is told by `/api/ready`.
  keyDirectory().fill(hash, present).catch(() => undefined);
}

async function authenticateSession(request: Request, counted: boolean): Promise<Principal> {
  const session = await openSession(readSessionCookie(request.headers));
  if (!session) throw new AppError("unauthorized", "Send an API key as `Authorization: Bearer stint_…`.");
  requireSameOrigin(request);
  const slug = request.headers.get("stint-tenant") ?? new URL(request.url).searchParams.get("tenant");
  if (!slug) throw new AppError("bad_request", "A session has to name the workspace, as `Stint-Tenant` or `?tenant=`.", { param: "tenant" });
  const ref = { kind: "user", ...session, slug } as const;
  const admission = requireAdmitted(await admit(ref, counted), "This session has ended, or is not a member of the workspace.");
  return { ...admission, id: admission.userId, allows: (permission) => memberAllows(admission, permission) };
}

/**
 * A browser attaches the cookie to whoever asks; what tells our own pages from others is where the request began.
 * @throws AppError `csrf`
 */
function requireSameOrigin(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const same = site !== null ? site === "same-origin" : origin === new URL(edgeEnv().APP_URL).origin;
  const reads = request.method === "GET" || request.method === "HEAD";
  if (!same && !(reads && site === null && origin === null)) throw new AppError("csrf");
}

function requireAdmitted(answer: AdmitAnswer, unknownMessage: string): Admission {
  if (answer.kind === "unknown" || answer.kind === "address_refused") throw new AppError("unauthorized", unknownMessage);
  if (answer.kind === "two_factor_missing") throw new AppError("two_factor_required");
  if (answer.kind === "refused") {
    const end = answer.admission.period.end.toISOString();
    throw new AppError("quota_exceeded", `All ${answer.admission.caps.calls} API calls of this period are used. The next period begins at ${end}.`);
  }
  return answer.admission;
}
