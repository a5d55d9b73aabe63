"use client";

import { useActionState, useState } from "react";
import { updateGeneralAction } from "@/app/t/[tenant]/settings/actions";
import { SettingsForm } from "@/app/t/[tenant]/settings/settings-form";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { fieldError, typedValue } from "@/lib/http/action-state";

type GeneralCardProps = { name: string; slug: string; oldSlugs: string[]; origin: string };

/** Name and address of the workspace. */
export function GeneralCard({ name, slug, oldSlugs, origin }: GeneralCardProps) {
  const [state, action] = useActionState(updateGeneralAction, { status: "idle" });
  const [typed, setTyped] = useState({ name, slug });
  // What was refused is told until something else is typed.
  const faultOf = (field: "name" | "slug") => (typedValue(state, field) === typed[field] ? fieldError(state, field) : undefined);
  return (
    <SettingsForm tenant={slug} title="General" description="What people see, and where they find it." save="Save name and address" state={state} action={action}>
      <TextField label="Name" name="name" required autoComplete="organization" value={typed.name} onChange={(event) => setTyped({ ...typed, name: event.target.value })} error={faultOf("name")} />
      <TextField
        label="Slug" name="slug" required autoComplete="off" spellCheck={false} className="[&_input]:font-mono" value={typed.slug} onChange={(event) => setTyped({ ...typed, slug: event.target.value })}
        error={faultOf("slug")} hint={<span className="font-mono wrap-anywhere">{origin}/t/{typed.slug}</span>}
      />
      {typed.slug === slug ? null : (
        <Notice title="The address changes">
          Links to the one before lead members to the new one, and it stays this workspace’s own. API keys and your programs are not affected: a key knows its workspace.
        </Notice>
      )}
      {oldSlugs.length > 0 ? (
        <p className="text-xs text-muted">
          Addresses that lead here, too: <span className="font-mono wrap-anywhere text-ink">{oldSlugs.join(", ")}</span>
        </p>
      ) : null}
    </SettingsForm>
  );
}
