import { BILLING_LINES, INCLUDED_LINES, LIMIT_LINES, type PlanLine } from "@/components/marketing/plan-words";
import type { Plan } from "@/lib/billing/plans";

const GROUPS: { title: string; lines: PlanLine[] }[] = [
  { title: "Included in a period", lines: INCLUDED_LINES },
  { title: "Limits", lines: LIMIT_LINES },
  { title: "Billing", lines: BILLING_LINES },
];

/** Every plan and every limit. On phones one plan below the other. */
export function PlanTable({ plans }: { plans: Plan[] }) {
  return (
    <>
      <table className="hidden w-full border-collapse text-sm md:table">
        <caption className="sr-only">Plans and what they include</caption>
        <thead>
          <tr>
            <td />
            {plans.map((plan) => (
              <th key={plan.id} scope="col" className="h-11 px-3 text-right text-base font-semibold last:pr-0">
                {plan.name}
              </th>
            ))}
          </tr>
        </thead>
        {GROUPS.map((group) => (
          <tbody key={group.title}>
            <tr>
              <th scope="rowgroup" colSpan={plans.length + 1} className="h-11 border-b border-line-strong pt-4 text-left text-xs font-normal text-muted">
                {group.title}
              </th>
            </tr>
            {group.lines.map((line) => (
              <tr key={line.label} className="border-b">
                <th scope="row" className="h-9 text-left font-normal">
                  {line.label}
                </th>
                {plans.map((plan) => (
                  <td key={plan.id} className="measured px-3 text-right text-xs last:pr-0">
                    {line.value(plan)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <div className="grid gap-8 md:hidden">
        {plans.map((plan) => (
          <section key={plan.id}>
            <h3 className="border-b border-line-strong pb-2 text-base">{plan.name}</h3>
            <dl className="text-sm">
              {GROUPS.flatMap((group) => group.lines).map((line) => (
                <div key={line.label} className="flex min-h-9 items-center justify-between gap-4 border-b">
                  <dt className="text-muted">{line.label}</dt>
                  <dd className="measured text-right text-xs">{line.value(plan)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}
