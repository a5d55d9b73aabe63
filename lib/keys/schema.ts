import { z } from "zod";
import { listSchema } from "@/lib/core/pagination";
import { normaliseCidr } from "@/lib/core/cidr";

/** What a key may be allowed to do: what a program needs, never billing, team or settings. `audit:read` is for log collectors. */
export const KEY_SCOPES = ["agents:read", "agents:write", "tools:read", "tools:write", "runs:read", "runs:write", "keys:read", "keys:write", "usage:read", "audit:read", "webhooks:read", "webhooks:write"] as const;
export const keyScopeSchema = z.enum(KEY_SCOPES);
export type KeyScope = z.output<typeof keyScopeSchema>;

/** What most programs need. */
export const DEFAULT_SCOPES: readonly KeyScope[] = ["agents:read", "runs:read", "runs:write", "usage:read"];

const nameSchema = z.string().trim().min(1, "Give the key a name.").max(80, "Use at most 80 characters.").describe("For people.");
const expirySchema = z.iso.datetime({ offset: true, message: "Use a time such as 2027-01-31T00:00:00Z." }).transform((text) => new Date(text))
  .refine((at) => at.getTime() > Date.now(), "A key cannot end in the past.").nullable();
const cidrSchema = z.string().max(64).transform((text, context) => {
  const spelled = normaliseCidr(text);
  if (spelled === null) context.addIssue({ code: "custom", message: `\`${text}\` is not an IPv4 or IPv6 network such as 203.0.113.0/24 or 2001:db8::/32.` });
  return spelled ?? "";
});
/** An own limit of a key; null takes it away. */
const limits = {
  expires_at: expirySchema.describe("When it stops working; null: never."),
  allowed_cidrs: z.array(cidrSchema).max(50, "Use at most 50 networks.").transform((all) => [...new Set(all)]).describe("Networks it may be used from; none: from anywhere."),
  requests_per_minute: z.number().int("Use a whole number.").min(1, "Use at least 1.").max(100_000, "Use at most 100,000.").nullable().describe("Its own limit below the workspace's; null: none."),
  monthly_cap_minutes: z.number().int("Use whole minutes.").min(1, "Use at least 1.").max(100_000_000, "Use at most 100,000,000.").nullable().describe("Most agent-minutes that its runs may use in a period; null: no limit of its own."),
};

export const createKeySchema = z.strictObject({
  name: nameSchema,
  scopes: z.array(keyScopeSchema).min(1, "Choose at least one scope.").default([...DEFAULT_SCOPES]).describe("What it may do."),
  expires_at: limits.expires_at.default(null),
  allowed_cidrs: limits.allowed_cidrs.default([]),
  requests_per_minute: limits.requests_per_minute.default(null),
  monthly_cap_minutes: limits.monthly_cap_minutes.default(null),
});
export type CreateKey = z.output<typeof createKeySchema>;

/** What is left out stays as it is. */
export const updateKeySchema = z.strictObject({
  name: nameSchema.optional(), expires_at: limits.expires_at.optional(), allowed_cidrs: limits.allowed_cidrs.optional(),
  requests_per_minute: limits.requests_per_minute.optional(), monthly_cap_minutes: limits.monthly_cap_minutes.optional(),
});
export type UpdateKey = z.output<typeof updateKeySchema>;

export const MOST_GRACE_MINUTES = 7 * 24 * 60;
export const rotateKeySchema = z.strictObject({ grace_minutes: z.number().int().min(0).max(MOST_GRACE_MINUTES).default(60).describe("How long the old secret goes on working.") });

/** `maker_left`: whoever made it is no member any more, so it may do nothing. */
export const KEY_STATUSES = ["active", "expired", "revoked", "maker_left"] as const;

export const keyDtoSchema = z.object({
  id: z.string(), object: z.literal("api_key"), name: z.string(), prefix: z.string(), status: z.enum(KEY_STATUSES), scopes: z.array(z.string()),
  created_by: z.string(), created_at: z.string(), last_used_at: z.string().nullable(), expires_at: z.string().nullable(), revoked_at: z.string().nullable(),
  previous_secret_expires_at: z.string().nullable(),
  allowed_cidrs: z.array(z.string()), requests_per_minute: z.number().nullable(), monthly_cap_minutes: z.number().nullable(),
});
export type KeyDto = z.output<typeof keyDtoSchema>;
export const keyListSchema = listSchema(keyDtoSchema);

/** The answer to creating or rotating a key: the only one that ever carries the secret; a replay says that it is gone. */
export const createdKeySchema = keyDtoSchema.extend({ secret: z.string().nullable(), secret_note: z.string().optional() });
export type CreatedKey = z.output<typeof createdKeySchema>;
export const SECRET_GONE = { secret: null, secret_note: "A secret is shown once, in the first answer, and is not stored." } as const;
