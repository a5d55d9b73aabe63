import { z } from "zod";
import { PLAN_IDS } from "@/lib/billing/plans";

/** Which plan somebody chose. */
export const planChoiceSchema = z.object({ plan: z.enum(PLAN_IDS) });
/** A larger plan as it was shown: the moment in seconds since 1970, and the US cents that are due. */
export const upgradeFormSchema = planChoiceSchema.extend({ proration_date: z.coerce.number().int().positive(), due_cents: z.coerce.number().int() });
export const portalFormSchema = z.object({ part: z.enum(["all", "payment_method"]) });
