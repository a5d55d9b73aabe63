import { percentOf } from "@/components/usage/scale";
import { formatPercent } from "@/lib/core/format";

/** A part of a whole as a strip with its percentage. */
export function ShareBar({ share }: { share: number }) {
  return (
    <span className="flex items-center gap-3">
      <svg width="96" height="4" aria-hidden="true" className="shrink-0">
        <rect width="100%" height="4" className="fill-line" />
        <rect width={percentOf(share, 1)} height="4" className="fill-ink" />
      </svg>
      <span className="measured text-xs text-muted">{formatPercent(share)}</span>
    </span>
  );
}
