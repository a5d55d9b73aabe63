import { Badge, type Tone } from "@/components/ui/badge";
import type { Standing } from "@/lib/billing/overview/standing";

const BADGES: Record<Standing["kind"], { tone: Tone; word: string }> = {
  free: { tone: "neutral", word: "Free" }, contract: { tone: "ok", word: "Contract" }, trial: { tone: "now", word: "Trial" }, active: { tone: "ok", word: "Active" },
  ending: { tone: "warn", word: "Ends soon" }, past_due: { tone: "bad", word: "Payment missing" },
};

/** How a workspace stands with its plan, in a word. @param given the plan in force was bought by nobody: staff put it in force */
export function StandingBadge({ kind, given }: { kind: Standing["kind"]; given: boolean }) {
  const { tone, word } = given ? { tone: "neutral" as const, word: "Given" } : BADGES[kind];
  return <Badge tone={tone}>{word}</Badge>;
}
