"use client";

import { cancelSubscriptionAction, endTrialAction, leavePendingChangeAction, resumeSubscriptionAction, undoDowngradeAction } from "@/app/t/[tenant]/billing/actions";
import { ask, send } from "@/app/t/[tenant]/billing/send";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";

type CancelPlanProps = {
  tenant: string;
  /** As people read it: "Pro". */
  plan: string;
  /** The day on which it ends, in words. */
  endsOn: string;
  trial?: boolean;
  /** "3 agents and 1 member", or nothing. */
  excess: string;
  overageOn?: boolean;
  label?: string;
  className?: string;
};

/** Has the plan end with its period, after saying what that means. */
export function CancelPlan({ tenant, plan, endsOn, trial = false, excess, overageOn = false, label = trial ? "Cancel trial" : "Cancel plan", className }: CancelPlanProps) {
  const toast = useToast();
  return (
    <ConfirmDialog
      trigger={<Button variant="danger-quiet" className={className}>{label}</Button>} title={trial ? `Cancel the trial of ${plan}?` : `Cancel ${plan}?`} confirmLabel={label} cancelLabel={trial ? "Keep trial" : `Keep ${plan}`}
      onConfirm={async () => {
        const problem = await send(cancelSubscriptionAction, tenant);
        if (problem) return problem;
        toast(trial ? `The trial ends on ${endsOn}.` : `${plan} ends on ${endsOn}.`);
      }}
    >
      <ul className="grid list-disc gap-1.5 pl-4">
        <li>{trial ? `The trial goes on until ${endsOn}; then the workspace is on Free.` : `The subscription to ${plan} goes on until ${endsOn}; then the workspace is on Free. An invoice that is unpaid stays to be paid.`}</li>
        <li>{excess ? `${excess} will not fit on Free. They become read-only; nothing is deleted.` : "Every agent and member fits on Free; nothing is deleted."}</li>
        {overageOn ? <li>Overage is turned off when {plan} ends. What was used past the quota until then is on the last invoice.</li> : null}
        <li>Until {endsOn} you can resume with one click.</li>
      </ul>
    </ConfirmDialog>
  );
}

/** Where another tab, the bank or the clock was faster: what was to be taken back is done, or gone. */
const OVERTAKEN = "There was nothing to take back any more. The page shows how it stands now.";

type OneClickProps = { tenant: string; done: string };

/** Takes a cancellation back. */
export function ResumePlan({ tenant, plan, price, next, done, variant = "primary" }: OneClickProps & { plan: string; price: string; next: string; variant?: "primary" | "secondary" }) {
  const toast = useToast();
  return (
    <ConfirmDialog
      trigger={<Button variant={variant}>Resume plan</Button>} tone="primary" title={`Resume ${plan}?`} confirmLabel="Resume plan" cancelLabel="Let it end"
      onConfirm={async () => {
        const answer = await ask(resumeSubscriptionAction, tenant);
        if ("problem" in answer) return answer.problem;
        toast(answer.data.changed ? done : OVERTAKEN);
      }}
    >
      <p>{plan} goes on at {price} a month. Nothing is charged now; the next invoice comes on {next}.</p>
    </ConfirmDialog>
  );
}

/** Takes a scheduled smaller plan back. */
export function UndoDowngrade({ tenant, plan, to, done }: OneClickProps & { plan: string; to: string }) {
  const toast = useToast();
  return (
    <ConfirmDialog
      trigger={<Button size="sm">Undo change</Button>} tone="primary" title={`Stay on ${plan}?`} confirmLabel={`Stay on ${plan}`} cancelLabel={`Change to ${to}`}
      onConfirm={async () => {
        const answer = await ask(undoDowngradeAction, tenant);
        if ("problem" in answer) return answer.problem;
        toast(answer.data.changed ? done : OVERTAKEN);
      }}
    >
      <p>{plan} goes on as it is. Nothing is charged now.</p>
    </ConfirmDialog>
  );
}

/** Leaves a change be that waits for its payment. @param from what goes on: a plan's name, or "the trial" */
export function LeaveChange({ tenant, to, from }: { tenant: string; to: string; from: string }) {
  const toast = useToast();
  return (
    <ConfirmDialog
      trigger={<Button>Leave it</Button>} tone="primary" title={`Stay on ${from}?`} confirmLabel={`Stay on ${from}`} cancelLabel="Let it wait"
      onConfirm={async () => {
        const answer = await ask(leavePendingChangeAction, tenant);
        if ("problem" in answer) return answer.problem;
        toast(answer.data.changed ? "Nothing was charged, and nothing waits any more." : OVERTAKEN);
      }}
    >
      <p>The payment for {to} cannot be confirmed any more, and nothing is charged. You can choose {to} again at any time.</p>
    </ConfirmDialog>
  );
}

/** Ends the trial and charges the card. */
export function EndTrial({ tenant, plan, price, card }: { tenant: string; plan: string; price: string; card: string }) {
  const toast = useToast();
  return (
    <ConfirmDialog
      trigger={<Button>End trial now</Button>} tone="primary" title={`End the trial and pay for ${plan}?`} confirmLabel={`Pay ${price}`} cancelLabel="Keep trial"
      onConfirm={async () => {
        const answer = await ask(endTrialAction, tenant);
        if ("problem" in answer) return answer.problem;
        toast(answer.data.waits ? "Your bank asks you to confirm the payment." : `${plan} is in force with all of its minutes.`);
      }}
    >
      <p>{card} is charged {price} now, plus tax where it is due. All of {plan}’s minutes and model spend are there at once, and a new period begins.</p>
    </ConfirmDialog>
  );
}
