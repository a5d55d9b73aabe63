"use client";

import { useActionState } from "react";
import { removeAlertRuleAction } from "@/app/t/[tenant]/caps/actions";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";
import type { RuleDto } from "@/lib/alerts/schema";

export function RemoveRule({ tenant, rule }: { tenant: string; rule: RuleDto }) {
  const [state, action] = useActionState(removeAlertRuleAction, { status: "idle" });
  const problem = formError(state) ?? fieldError(state, "subject");
  return (
    <form action={action}>
      {problem ? <p role="alert" className="text-xs text-bad">{problem}</p> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="subject" value={rule.subject} />
      <input type="hidden" name="percent" value={rule.percent} />
      <SubmitButton variant="ghost" size="sm" aria-label={`Remove ${rule.percent} % of ${rule.label}`}>Remove</SubmitButton>
    </form>
  );
}
