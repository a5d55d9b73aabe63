"use client";

import { useRouter } from "next/navigation";
import { scheduleDowngradeAction, startTrialAction, switchTrialPlanAction } from "@/app/t/[tenant]/billing/actions";
import { send } from "@/app/t/[tenant]/billing/send";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";
import { formatMoneyCents } from "@/lib/core/format";
import type { Plan } from "@/lib/billing/plans";

type ChangeProps = {
  tenant: string;
  plan: Plan;
};

/** Back to the billing page, where what holds now is shown. */
function useDone(tenant: string): (text: string) => void {
  const [toast, router] = [useToast(), useRouter()];
  return (text) => {
    toast(text);
    router.push(`/t/${tenant}/billing`);
  };
}

/** Starts a trial, after saying what it is. */
export function StartTrial({ tenant, plan, primary }: ChangeProps & { primary: boolean }) {
  const done = useDone(tenant);
  return (
    <ConfirmDialog
      trigger={<Button variant={primary ? "primary" : "secondary"}>{`Try ${plan.name} for ${plan.trialDays} days`}</Button>} tone="primary" title={`Try ${plan.name} for ${plan.trialDays} days?`} confirmLabel="Start trial" cancelLabel="Not now"
      onConfirm={async () => {
        const problem = await send(startTrialAction, tenant, { plan: plan.id });
        if (problem) return problem;
        done(`The trial of ${plan.name} has begun.`);
      }}
    >
      <ul className="grid list-disc gap-1.5 pl-4">
        <li>No card. It ends by itself, and the workspace is on Free again unless you add one.</li>
        <li>All features of {plan.name}, with a tenth of its minutes and model spend.</li>
        <li>One trial for each person and each workspace.</li>
      </ul>
    </ConfirmDialog>
  );
}

/** Another plan for the rest of the trial. */
export function SwitchTrialPlan({ tenant, plan, endsOn, misfits }: ChangeProps & { endsOn: string; misfits: string[] }) {
  const done = useDone(tenant);
  return (
    <ConfirmDialog
      trigger={<Button>{`Switch to ${plan.name}`}</Button>} tone="primary" title={`Switch the trial to ${plan.name}?`} confirmLabel={`Switch to ${plan.name}`} cancelLabel="Change nothing"
      onConfirm={async () => {
        const problem = await send(switchTrialPlanAction, tenant, { plan: plan.id });
        if (problem) return problem;
        done(`The trial is one of ${plan.name} now.`);
      }}
    >
      <ul className="grid list-disc gap-1.5 pl-4">
        <li>Nothing is charged. The trial still ends on {endsOn}; after it {plan.name} costs {formatMoneyCents(plan.priceCents ?? 0)} a month.</li>
        <li>What was used in the trial stays used.</li>
        {misfits.map((line) => <li key={line}>{line}</li>)}
      </ul>
    </ConfirmDialog>
  );
}

/** A smaller plan at the end of the period, with what will not fit. */
export function DowngradePlan({ tenant, plan, from, on, misfits }: ChangeProps & { from: string; on: string; misfits: string[] }) {
  const done = useDone(tenant);
  return (
    <ConfirmDialog
      trigger={<Button>{`Downgrade to ${plan.name}`}</Button>} tone="primary" title={`Downgrade to ${plan.name} on ${on}?`} confirmLabel={`Downgrade to ${plan.name}`} cancelLabel={`Keep ${from}`}
      onConfirm={async () => {
        const problem = await send(scheduleDowngradeAction, tenant, { plan: plan.id });
        if (problem) return problem;
        done(`${plan.name} begins on ${on}.`);
      }}
    >
      <ul className="grid list-disc gap-1.5 pl-4">
        <li>{from} stays in force until {on}, which is paid. Nothing is charged or paid back now.</li>
        <li>From then on {plan.name} costs {formatMoneyCents(plan.priceCents ?? 0)} a month, and its limits hold.</li>
        {misfits.length === 0 ? <li>Every agent, member and schedule fits.</li> : misfits.map((line) => <li key={line}>{line}</li>)}
        {misfits.length === 0 ? null : <li>Nothing is deleted: all of it works again on a larger plan.</li>}
        <li>Until {on} you can undo this with one click.</li>
      </ul>
    </ConfirmDialog>
  );
}
