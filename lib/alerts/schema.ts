import { z } from "zod";
import { isId } from "@/lib/core/ids";

/** Thresholds that everybody is told of, in percent of the quota. */
export const FIXED_PERCENTS = [80, 100, 200] as const;
export const ALERT_METERS = ["agent_ms", "model_micros", "api_calls"] as const;
export type AlertMeter = (typeof ALERT_METERS)[number];

/** What a threshold of one's own is about: a meter of the workspace, or the minutes of a key that has a cap of its own. */
export type RuleSubject = { meter: AlertMeter; keyId: string | null };

/** Calls and keys end at their cap, so nothing past it can be reached. */
const mayPassQuota = ({ meter, keyId }: RuleSubject): boolean => keyId === null && meter !== "api_calls";

const subjectSchema = z.string().max(64).transform((text, context): RuleSubject => {
  const meter = ALERT_METERS.find((one) => one === text);
  if (meter) return { meter, keyId: null };
  if (isId("key", text)) return { meter: "agent_ms", keyId: text };
  context.addIssue({ code: "custom", message: "Choose one of the list." });
  return z.NEVER;
});

export const ruleFormSchema = z.object({
  subject: subjectSchema,
  percent: z.string().trim().regex(/^\d{1,3} ?%?$/, "Enter a whole number of percent, such as 50.").transform((text) => parseInt(text, 10)),
}).superRefine(({ subject, percent }, context) => {
  const most = mayPassQuota(subject) ? 199 : 99;
  const fault = FIXED_PERCENTS.some((fixed) => fixed === percent) ? `Everybody is told at ${percent} % anyway.`
    : percent < 1 || percent > most ? `Choose from 1 to ${most} %${most === 99 ? ": nothing goes past the cap here" : ""}.` : null;
  if (fault) context.addIssue({ code: "custom", path: ["percent"], message: fault });
});
export type RuleForm = z.output<typeof ruleFormSchema>;

/** As the form for one's own threshold writes it; any that is stored can be removed. */
export const ruleRefSchema = z.object({ subject: subjectSchema, percent: z.coerce.number().int().min(1).max(199) });

/** A threshold of one's own, for the page. `subject` is what the forms send. */
export type RuleDto = { subject: string; label: string; percent: number };
/** One remark for people: what happened, the numbers, and what happens now. `id` is stable; `ofKey`: of one API key's own limit, which no plan raises. */
export type AlertDto = { id: string; ofKey: boolean; title: string; figure: string; now: string; tone: "info" | "warn" | "bad"; at: string };
