"use client";

import Link from "next/link";
import { useActionState } from "react";
import { updateAccessAction } from "@/app/t/[tenant]/settings/actions";
import { SettingsForm } from "@/app/t/[tenant]/settings/settings-form";
import { CheckboxField } from "@/components/ui/checkbox";
import { TextareaField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { fieldError, typedValue } from "@/lib/http/action-state";

type AccessCardProps = {
  tenant: string; required: boolean; domains: string[]; members: number; lacking: number;
  /** Whether the reader has two-factor authentication. */
  hasTwoFactor: boolean;
};

/** Who may enter, and who may be invited. */
export function AccessCard({ tenant, required, domains, members, lacking, hasTwoFactor }: AccessCardProps) {
  const [state, action] = useActionState(updateAccessAction, { status: "idle" });
  const failed = state.status === "invalid" || state.status === "failed";
  const problem = fieldError(state, "require_two_factor");
  const who = lacking === 0 ? "Every member has it." : `${lacking} of ${members} ${members === 1 ? "member lacks" : "members lack"} it.`;
  return (
    <SettingsForm tenant={tenant} title="Access" description="What is asked of members, and who can become one." save="Save access" state={state} action={action}>
      <CheckboxField
        key={String(required)} name="require_two_factor" value="on" defaultChecked={failed ? typedValue(state, "require_two_factor") === "on" : required} disabled={!required && !hasTwoFactor}
        label="Require two-factor authentication of all members" hint={`${who} Members without it cannot enter until they have turned it on. API keys go on working.`}
      />
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {!required && !hasTwoFactor ? (
        <Notice>
          Only somebody who has it can require it. <Link href="/account/two-factor" className="text-accent-ink underline underline-offset-4">Turn it on in your account</Link> first.
        </Notice>
      ) : null}
      <TextareaField
        label="Allowed e-mail domains" name="invitation_domains" optional rows={3} spellCheck={false} className="[&_textarea]:font-mono" placeholder="example.com"
        defaultValue={failed ? typedValue(state, "invitation_domains") : domains.join("\n")} error={fieldError(state, "invitation_domains")}
        hint="Only addresses in these domains can be invited. One a line; none: any address. A subdomain is another domain. Members stay as they are."
      />
    </SettingsForm>
  );
}
