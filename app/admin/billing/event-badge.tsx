import { Badge, type Tone } from "@/components/ui/badge";
import type { EventStatus } from "@/lib/admin/billing/schema";

const LOOKS: Record<EventStatus, { tone: Tone; word: string }> = {
  received: { tone: "now", word: "Received" }, handled: { tone: "ok", word: "Handled" }, ignored: { tone: "neutral", word: "Ignored" }, failed: { tone: "bad", word: "Failed" },
};

/** What has become of an event. */
export function EventBadge({ status }: { status: EventStatus }) {
  return <Badge tone={LOOKS[status].tone}>{LOOKS[status].word}</Badge>;
}
