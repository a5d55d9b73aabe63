"use client";

import { useState } from "react";
import { setOverageAction } from "@/app/t/[tenant]/caps/actions";
import { OverageFigure, type OverageTermsShown } from "@/app/t/[tenant]/caps/overage-figure";
import { formOf } from "@/app/t/[tenant]/team/form-of";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { formatMoneyMicros } from "@/lib/core/format";
import { MICROS_PER_CENT } from "@/lib/core/money";
import { overageMark } from "@/lib/caps/policy";
import { spendLimitSchema } from "@/lib/caps/schema";
import { fieldError, formError } from "@/lib/http/action-state";

type Choice = { enabled: boolean; limitMicros: number };
const IDLE = { status: "idle" } as const;
const FIRST_LIMIT = "25";

/** The spend limit with what it would reach to, and the switch, which asks before it is turned. */
export function OverageForm({ tenant, choice, terms }: { tenant: string; choice: Choice; terms: OverageTermsShown }) {
  const toast = useToast();
  const [text, setText] = useState(choice.limitMicros > 0 ? (choice.limitMicros / (100 * MICROS_PER_CENT)).toFixed(2).replace(/\.00$/, "") : FIRST_LIMIT);
  const [tried, setTried] = useState(false);
  const parsed = spendLimitSchema.safeParse(text);
  const limitMicros = parsed.success ? parsed.data * MICROS_PER_CENT : null;
  const same = choice.enabled && limitMicros === choice.limitMicros;

  async function send(fields: Record<string, string>, done: string): Promise<string | void> {
    const state = await setOverageAction(IDLE, formOf({ tenant, seen: overageMark(choice), ...fields }));
    const problem = formError(state) ?? fieldError(state, "spend_limit");
    if (problem) return problem;
    toast(done);
  }

  const label = choice.enabled ? "Save limit" : "Turn on overage";
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[18rem_minmax(0,1fr)] lg:gap-12">
      <div className="grid content-start gap-4">
        <TextField
          label="Spend limit a period, in dollars" name="spend_limit" inputMode="decimal" autoComplete="off" className="[&_input]:font-mono" value={text} onChange={(event) => setText(event.target.value)}
          error={tried && !parsed.success ? parsed.error.issues[0]?.message : null} hint="From $1 to $10,000. Minutes and model spend share it."
        />
        <div className="flex flex-wrap gap-2">
          {limitMicros === null ? <Button variant="primary" onClick={() => setTried(true)}>{label}</Button> : same ? <Button disabled>{label}</Button> : (
            <ConfirmDialog
              trigger={<Button variant={choice.enabled ? "secondary" : "primary"}>{label}</Button>} tone="primary" confirmLabel={label} cancelLabel="Change nothing"
              title={choice.enabled ? `Change the spend limit to ${formatMoneyMicros(limitMicros)}?` : `Turn on overage up to ${formatMoneyMicros(limitMicros)} a period?`}
              onConfirm={() => send({ overage: "on", spend_limit: text }, choice.enabled ? "Spend limit saved." : "Overage is on.")}
            >
              <p>It can add at most <strong className="font-medium text-ink">{formatMoneyMicros(limitMicros)}</strong> to a period’s bill, and nothing while use stays within the plan.</p>
              <p className="mt-2">It takes effect within a second, for running runs too{choice.enabled && limitMicros < choice.limitMicros ? ": what no longer fits is stopped, its output so far kept" : ""}. It stays so in the next periods.</p>
            </ConfirmDialog>
          )}
          {choice.enabled ? (
            <ConfirmDialog
              trigger={<Button variant="danger-quiet">Turn off overage</Button>} title="Turn off overage?" confirmLabel="Turn off overage" cancelLabel="Keep it on"
              onConfirm={() => send({ overage: "off" }, "Overage is off.")}
            >
              The plan’s quotas are the caps again within a second. Where they are passed already, running runs are stopped with their output so far kept, and what was used stays on the bill.
            </ConfirmDialog>
          ) : null}
        </div>
      </div>
      <OverageFigure terms={terms} limitMicros={limitMicros ?? choice.limitMicros} />
    </div>
  );
}
