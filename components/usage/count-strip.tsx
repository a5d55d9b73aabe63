import { cn } from "@/components/ui/cn";
import { formatCount } from "@/lib/core/format";

type CountStripProps = {
  label: string;
  count: number;
  /** Null: any number. */
  limit: number | null;
  /** What happens at the limit. */
  note?: string;
};

/** More would not be told apart; then each tick stands for several. */
const MOST_TICKS = 25;

/** How many there are of how many there may be: a tick each, as far as they can be told apart. */
export function CountStrip({ label, count, limit, note }: CountStripProps) {
  const ticks = limit === null ? 0 : Math.min(limit, MOST_TICKS);
  const filled = limit === null || limit === 0 ? 0 : count > 0 ? Math.max(1, Math.min(ticks, Math.floor((count / limit) * ticks))) : 0;
  const full = limit !== null && count >= limit;
  return (
    <div className="min-w-0 text-sm">
      <p className="flex items-baseline justify-between gap-2">
        <span>{label}</span>
        <span className="measured text-xs">
          {formatCount(count)}
          <span className="text-muted">{limit === null ? ", no limit" : ` of ${formatCount(limit)}`}</span>
        </span>
      </p>
      {ticks > 0 ? (
        <div aria-hidden="true" className="mt-2 flex h-4 gap-1">
          {Array.from({ length: ticks }, (_, tick) => (
            <span key={tick} className={cn("h-full w-1", tick < filled ? (full ? "bg-warn" : "bg-ink") : "bg-line-strong")} />
          ))}
        </div>
      ) : null}
      {note ? <p className="mt-1.5 text-xs text-muted">{note}</p> : null}
    </div>
  );
}
