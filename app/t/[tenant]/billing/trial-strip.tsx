type TrialStripProps = { left: number; of: number; className?: string };

/** A trial's days to scale: a tick for each, those that are over filled, today the long one. */
export function TrialStrip({ left, of, className }: TrialStripProps) {
  const today = of - left;
  const words = left === 1 ? "1 day left" : `${left} days left`;
  const at = (day: number) => `${(day / of) * 100}%`;
  return (
    <div className={className}>
      <div className="mb-2 flex items-baseline justify-between gap-3 text-sm">
        <span className="font-medium">Trial</span>
        <span className="measured text-xs">
          <span className="text-ink">{words}</span> <span className="text-muted">of {of}</span>
        </span>
      </div>
      <div role="meter" aria-label="Days of the trial" aria-valuemin={0} aria-valuemax={of} aria-valuenow={today} aria-valuetext={`${words} of ${of}`}>
        <svg width="100%" height="18" aria-hidden="true" className="block overflow-visible">
          <rect width="100%" height="4" className="fill-line" />
          <rect width={at(today)} height="4" className="fill-ink" />
          {Array.from({ length: of + 1 }, (_, day) => (
            <line key={day} x1={at(day)} x2={at(day)} y1="5" y2={day % 7 === 0 ? 13 : 9} className={day < today ? "stroke-ink" : "stroke-line-strong"} />
          ))}
          <svg x={at(today)} width="1" height="18" className="overflow-visible">
            <rect x="-1" width="2" height="18" className="fill-accent" />
          </svg>
        </svg>
      </div>
    </div>
  );
}
