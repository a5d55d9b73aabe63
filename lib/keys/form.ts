import { z } from "zod";
import { DAY_MS } from "@/lib/core/time";
import { createKeySchema, rotateKeySchema, type CreateKey, type UpdateKey } from "@/lib/keys/schema";

/** What a form sends is text: these schemas turn the fields of the key dialogs into what the API takes. */
const fields = {
  name: createKeySchema.shape.name,
  expires: z.enum(["keep", "none", "30", "90", "365", "date"]),
  expires_on: z.string().default(""),
  allowed_cidrs: z.string().default("").transform((text) => text.split(/[\s,]+/).filter(Boolean)).pipe(createKeySchema.shape.allowed_cidrs.unwrap()),
  requests_per_minute: countOf(createKeySchema.shape.requests_per_minute.unwrap()),
  monthly_cap_minutes: countOf(createKeySchema.shape.monthly_cap_minutes.unwrap()),
};

function countOf<S extends z.ZodType<unknown, number | null>>(limit: S) {
  return z.string().trim().default("").transform((text) => (text === "" ? null : Number(text))).pipe(limit);
}

type Expiry = { expires: "keep" | "none" | "30" | "90" | "365" | "date"; expires_on: string };

/** The chosen end: undefined keeps the one there is, null takes it away; a date means the end of that day in UTC. */
function endOf({ expires, expires_on }: Expiry, context: z.RefinementCtx): Date | null | undefined {
  if (expires === "keep") return undefined;
  if (expires === "none") return null;
  if (expires !== "date") return new Date(Date.now() + Number(expires) * DAY_MS);
  const at = z.iso.date().safeParse(expires_on).success ? new Date(`${expires_on}T23:59:59Z`) : null;
  if (!at || at.getTime() <= Date.now()) context.addIssue({ code: "custom", path: ["expires_on"], message: at ? "A key cannot end in the past." : "Choose a day." });
  return at;
}

export const createKeyFormSchema = z.object({ ...fields, scopes: createKeySchema.shape.scopes }).transform(({ expires, expires_on, ...rest }, context): CreateKey => ({
  ...rest, expires_at: endOf({ expires, expires_on }, context) ?? null,
}));

export const updateKeyFormSchema = z.object({ ...fields, key: z.string().max(64) }).transform(({ expires, expires_on, key, ...rest }, context): { key: string; change: UpdateKey } => {
  const end = endOf({ expires, expires_on }, context);
  return { key, change: { ...rest, ...(end === undefined ? {} : { expires_at: end }) } };
});

export const rotateKeyFormSchema = z.object({ key: z.string().max(64), grace_minutes: z.coerce.number().pipe(rotateKeySchema.shape.grace_minutes.unwrap()) });
