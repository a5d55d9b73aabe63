import { overageReach } from "@/lib/caps/policy";
import { formatMinutesOf, formatMoneyMicros } from "@/lib/core/format";
import { percentOf } from "@/components/usage/scale";

export type OverageTermsShown = { quotaMs: number; quotaMicros: number; microsPerMinute: number };

const TICKS = 50;

/** A worked figure of a spend limit: the plan's minutes, those that the limit adds, and the end at twice the quota. */
export function OverageFigure({ terms, limitMicros }: { terms: OverageTermsShown; limitMicros: number }) {
  const { quotaMs, quotaMicros, microsPerMinute } = terms;
  const { minutesMs, endsAtTwice, mixed } = overageReach({ quotaMs, microsPerMinute, limitMicros });
  const most = quotaMs + minutesMs;
  return (
    <figure className="min-w-0 text-sm">
      <Strip quotaMs={quotaMs} mostMs={most} />
      <figcaption className="mt-3 grid max-w-prose gap-2 text-muted">
        <p>
          Past the plan’s {formatMinutesOf(quotaMs)} each minute costs <Num>{formatMoneyMicros(microsPerMinute)}</Num>; past its {formatMoneyMicros(quotaMicros)} of model spend each model call costs its list
          price. Both are paid from the one limit.
        </p>
        <p>
          <Num>{formatMoneyMicros(limitMicros)}</Num> reaches to <Num>{formatMinutesOf(minutesMs)}</Num> more while models stay within the plan, or, for example, to <Num>{formatMinutesOf(mixed.minutesMs)}</Num> and{" "}
          <Num>{formatMoneyMicros(mixed.modelMicros)}</Num> of model calls.
        </p>
        <p>
          Twice the quota, {formatMinutesOf(2 * quotaMs)}, is the end whatever the limit: there the workspace is paused.
          {endsAtTwice ? " This limit reaches that far; what is left of it then can only have gone to models." : ""}
        </p>
      </figcaption>
    </figure>
  );
}

function Num({ children }: { children: string }) {
  return <span className="measured text-ink">{children}</span>;
}

/** From nothing to twice the quota. Words stand below, so this is for the eye alone. */
function Strip({ quotaMs, mostMs }: { quotaMs: number; mostMs: number }) {
  const whole = 2 * quotaMs;
  const at = percentOf(mostMs, whole);
  return (
    <svg width="100%" height="58" aria-hidden="true" className="block overflow-visible">
      <rect y="18" width="100%" height="6" className="fill-line" />
      <rect y="18" width="50%" height="6" className="fill-ink" />
      <svg x="50%" y="18" width="50%" height="6">
        <rect width={percentOf(mostMs - quotaMs, quotaMs)} height="6" className="fill-accent" />
      </svg>
      {Array.from({ length: TICKS + 1 }, (_, tick) => (
        <line key={tick} x1={`${(tick * 100) / TICKS}%`} x2={`${(tick * 100) / TICKS}%`} y1="26" y2={tick % 5 === 0 ? 34 : 30} className="stroke-line-strong" />
      ))}
      <text x="0" y="10" className="fill-muted text-xs">the plan</text>
      <text x="50%" y="10" className="fill-muted text-xs">overage</text>
      <line x1="50%" x2="50%" y1="14" y2="36" className="stroke-muted" />
      <text x="50%" y="52" textAnchor="middle" className="measured fill-muted text-xs">{formatMinutesOf(quotaMs)}</text>
      <line x1="100%" x2="100%" y1="14" y2="36" className="stroke-bad" />
      <text x="100%" y="10" textAnchor="end" className="fill-bad text-xs">paused</text>
      <text x="100%" y="52" textAnchor="end" className="measured fill-muted text-xs">{formatMinutesOf(whole)}</text>
      <line x1={at} x2={at} y1="14" y2="36" className="stroke-accent-ink" />
    </svg>
  );
}
