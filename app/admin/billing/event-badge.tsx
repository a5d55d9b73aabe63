import { Badge, type Tone } from "@/components/ui/badge";
import type { EventStatus } from "@/lib/admin/billing/schema";

const TONES: Record<EventStatus, Tone> = { received: "now", handled: "ok", ignored: "neutral", failed: "bad" };

/** What has become of an event. */
export function EventBadge({ status }: { status: EventStatus }) {
  return <Badge tone={TONES[status]}>{status}</Badge>;
}
