import { z } from "zod";
import { slugFault } from "@/lib/core/slug";
import { workspaceNameSchema } from "@/lib/tenants/schema";
import { normaliseDomain } from "@/lib/tenants/settings/domain";

/** For how many days inputs and outputs of runs may be kept. */
export const RETENTION_DAYS = [1, 7, 30, 90, 365] as const;
export const MOST_DOMAINS = 20;

const slugSchema = z.string().trim().superRefine((slug, context) => {
  const fault = slugFault(slug);
  if (fault) context.addIssue({ code: "custom", message: fault });
});

export const generalSchema = z.object({ name: workspaceNameSchema, slug: slugSchema });
export type GeneralSettings = z.output<typeof generalSchema>;

const domainSchema = z.string().transform((text, context) => {
  const domain = normaliseDomain(text);
  if (domain === null) context.addIssue({ code: "custom", message: `\`${text.slice(0, 100)}\` is not a domain name such as example.com.` });
  return domain ?? z.NEVER;
});

/** As the form sends it: a checkbox, and domain names separated by spaces, commas or lines. */
export const accessSchema = z.object({
  require_two_factor: z.literal("on").optional().transform((value) => value === "on"),
  invitation_domains: z.string().default("").transform((text) => text.split(/[\s,;]+/).filter(Boolean))
    .pipe(z.array(domainSchema).transform((domains) => [...new Set(domains)].sort()).refine((domains) => domains.length <= MOST_DOMAINS, `Use at most ${MOST_DOMAINS} domains.`)),
});
export type AccessSettings = z.output<typeof accessSchema>;

export const retentionSchema = z.object({
  content_retention_days: z.coerce.number().refine((days) => RETENTION_DAYS.some((one) => one === days), "Choose one of the listed times."),
});

/** Asking for the deletion: the workspace's slug, typed. */
export const deletionSchema = z.object({ confirm: z.string().trim().max(100) });
