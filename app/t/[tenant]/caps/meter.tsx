import { TickGauge } from "@/components/usage/tick-gauge";
import { formatMeasure, type Measure } from "@/lib/core/format";

type MeterProps = {
  label: string;
  used: number;
  /** Held by running runs and not used yet; null where nothing is held. */
  leased: number | null;
  /** Where the platform refuses; beyond the quota while overage is on. */
  cap: number;
  quota: number;
  format: Measure;
  /** When the cap is reached at the present pace; null: not in this period. */
  reachesAt: Date | null;
};

/** A gauge with what it is made of: used, held by runs, left, and where the pace leads. */
export function Meter({ label, used, leased, cap, quota, format, reachesAt }: MeterProps) {
  const left = Math.max(0, cap - used - (leased ?? 0));
  return (
    <div className="min-w-0">
      <TickGauge label={label} used={used} cap={cap} format={format} {...(quota > 0 && quota < cap ? { quota } : {})} />
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
        <Part term="Left" value={formatMeasure(left, format)} exact={left} strong />
        {leased === null ? null : <Part term="Held by runs" value={formatMeasure(leased, format)} exact={leased} />}
        {quota === cap ? null : <Part term="In the plan" value={formatMeasure(quota, format)} exact={quota} />}
      </dl>
      {reachesAt ? (
        <p className="mt-2 text-xs text-warn">
          At this pace you reach the cap on <time dateTime={reachesAt.toISOString()}>{reachesAt.toLocaleDateString("en-GB", { day: "numeric", month: "long", timeZone: "UTC" })}</time>.
        </p>
      ) : null}
    </div>
  );
}

function Part({ term, value, exact, strong = false }: { term: string; value: string; exact: number; strong?: boolean }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className={strong ? "measured text-right" : "measured text-right text-muted"} title={exact.toLocaleString("en-US")}>{value}</dd>
    </>
  );
}
