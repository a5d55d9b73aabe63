import { Ban, Check, CircleDashed, CircleX, Clock, Hand, type LucideIcon } from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import type { RunStatus } from "@/lib/runs/schema";

/** A tick that breathes: something is happening now. */
function NowTick({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true" className={cn("animate-breathe", className)}>
      <rect x="4.5" y="1" width="3" height="10" rx="0.5" fill="currentColor" />
    </svg>
  );
}

const LOOKS: Record<RunStatus, { word: string; tone: Tone; icon: LucideIcon | typeof NowTick; meaning: string }> = {
  queued: { word: "Queued", tone: "neutral", icon: CircleDashed, meaning: "Waiting for a free slot. Waiting is not billed." },
  running: { word: "Running", tone: "now", icon: NowTick, meaning: "Executing on a worker." },
  succeeded: { word: "Succeeded", tone: "ok", icon: Check, meaning: "Finished with an output." },
  failed: { word: "Failed", tone: "bad", icon: CircleX, meaning: "Ended with an error." },
  canceled: { word: "Canceled", tone: "neutral", icon: Ban, meaning: "Ended because somebody asked for it." },
  timed_out: { word: "Timed out", tone: "warn", icon: Clock, meaning: "Reached the longest time a run may take." },
  stopped: { word: "Stopped", tone: "warn", icon: Hand, meaning: "Ended by the platform at a cap or a pause." },
};

/** A run's status as an icon and a word; the meaning of the word on hover. */
export function RunStatusBadge({ status }: { status: RunStatus }) {
  const { word, tone, icon: Icon, meaning } = LOOKS[status];
  return (
    <Badge tone={tone} title={meaning} data-status={status}>
      <Icon aria-hidden="true" />
      {word}
    </Badge>
  );
}
