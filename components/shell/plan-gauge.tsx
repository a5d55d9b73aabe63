import Link from "next/link";
import type { ShellGauge } from "@/components/shell/shell-data";
import { TickGauge } from "@/components/usage/tick-gauge";

type PlanGaugeProps = { slug: string; plan: string; gauge: ShellGauge };

/** What is left of the plan's agent-minutes, at the foot of the sidebar; leads to what the caps are. */
export function PlanGauge({ slug, plan, gauge }: PlanGaugeProps) {
  return (
    <Link href={`/t/${slug}/caps`} className="block rounded px-2 py-2 transition-colors hover:bg-sunken">
      <TickGauge label={`${plan} plan`} used={gauge.usedMs} cap={gauge.capMs} format="minutes" size="small" />
    </Link>
  );
}
