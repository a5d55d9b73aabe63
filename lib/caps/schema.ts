import { z } from "zod";

/** Bounds of a spend limit, in US cents. */
export const LEAST_SPEND_LIMIT_CENTS = 100;
export const MOST_SPEND_LIMIT_CENTS = 1_000_000;

/** Dollars as people type them (`25`, `25.50`, `$1,000`), as whole cents. */
export const spendLimitSchema = z.string().trim()
  .transform((text) => text.replace(/^\$\s*/, "").replace(/,(?=\d{3}(\D|$))/g, ""))
  .pipe(z.string().regex(/^\d{1,9}(\.\d{1,2})?$/, "Enter an amount in dollars and cents, such as 25 or 25.50."))
  .transform((text) => {
    const [dollars = "0", cents = ""] = text.split(".");
    return Number(dollars) * 100 + Number(cents.padEnd(2, "0"));
  })
  .refine((cents) => cents >= LEAST_SPEND_LIMIT_CENTS && cents <= MOST_SPEND_LIMIT_CENTS, "Choose a limit from $1 to $10,000.");

/** `seen` is what the form showed, as `overageMark` writes it: a change that somebody made meanwhile is not overwritten unseen. */
export const overageFormSchema = z.discriminatedUnion("overage", [
  z.object({ overage: z.literal("on"), spend_limit: spendLimitSchema, seen: z.string().max(40) }),
  z.object({ overage: z.literal("off"), seen: z.string().max(40) }),
]);
export type OverageForm = z.output<typeof overageFormSchema>;
