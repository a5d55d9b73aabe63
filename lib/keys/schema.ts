import { z } from "zod";
import { listSchema } from "@/lib/core/pagination";

/** What a key may be allowed to do: what a program needs, never billing, team or settings. */
export const KEY_SCOPES = ["agents:read", "agents:write", "runs:read", "runs:write", "keys:read", "keys:write", "usage:read"] as const;
export const keyScopeSchema = z.enum(KEY_SCOPES);
export type KeyScope = z.output<typeof keyScopeSchema>;

/** What most programs need. */
export const DEFAULT_SCOPES: readonly KeyScope[] = ["agents:read", "runs:read", "runs:write", "usage:read"];

export const createKeySchema = z.strictObject({
  name: z.string().trim().min(1, "Give the key a name.").max(80, "Use at most 80 characters."),
  scopes: z.array(keyScopeSchema).min(1, "Choose at least one scope.").default([...DEFAULT_SCOPES]),
});
export type CreateKey = z.output<typeof createKeySchema>;

export const keyDtoSchema = z.object({
  id: z.string(), object: z.literal("api_key"), name: z.string(), prefix: z.string(), scopes: z.array(z.string()),
  created_at: z.string(), last_used_at: z.string().nullable(), expires_at: z.string().nullable(), revoked_at: z.string().nullable(),
});
export type KeyDto = z.output<typeof keyDtoSchema>;
export const keyListSchema = listSchema(keyDtoSchema);

/** The answer to creating a key: the only one that ever carries the secret; a replay says that it is gone. */
export const createdKeySchema = keyDtoSchema.extend({ secret: z.string().nullable(), secret_note: z.string().optional() });
export type CreatedKey = z.output<typeof createdKeySchema>;
