import { INCLUDED_LINES, LIMIT_LINES } from "@/components/marketing/plan-words";
import type { Plan } from "@/lib/billing/plans";

const GROUPS = [
  { title: "Included in a month", lines: INCLUDED_LINES },
  { title: "Limits", lines: LIMIT_LINES },
];

/** The one plan of a copy that sells none: what its operator lets every workspace use. */
export function BuiltInPlan({ plan }: { plan: Plan }) {
  return (
    <div className="grid gap-8 md:grid-cols-2">
      {GROUPS.map((group) => (
        <section key={group.title}>
          <h3 className="border-b border-line-strong pb-2 text-base">{group.title}</h3>
          <dl className="text-sm">
            {group.lines.map((line) => (
              <div key={line.label} className="flex min-h-9 items-center justify-between gap-4 border-b">
                <dt className="text-muted">{line.label}</dt>
                <dd className="measured text-right text-xs">{line.value(plan)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
