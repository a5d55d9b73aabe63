"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useActionState, useEffect, useRef } from "react";
import { saveAgentAction } from "@/app/t/[tenant]/agents/actions";
import { AgentFields, type AgentChoices } from "@/app/t/[tenant]/agents/agent-fields";
import type { AgentDraft } from "@/app/t/[tenant]/agents/[agent]/use-agent-draft";
import { Button } from "@/components/ui/button";
import { Card, CardBody } from "@/components/ui/card";
import { TextField } from "@/components/ui/field";
import { Kbd } from "@/components/ui/kbd";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useToast } from "@/components/ui/toast";
import { useUnsavedGuard } from "@/components/ui/use-unsaved-guard";
import { fieldError, formError, type ActionState } from "@/lib/http/action-state";

type AgentEditorProps = {
  tenant: string;
  agent: { id: string; path: string; version: number };
  draft: AgentDraft;
  choices: AgentChoices;
  /** False for who may only look, and for an archived agent. */
  editable: boolean;
};

/** Everything of an agent, to read and to change. A save is a version; Ctrl+S or Cmd+S saves. */
export function AgentEditor({ tenant, agent, draft, choices, editable }: AgentEditorProps) {
  const router = useRouter();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const { values, version } = draft;
  const [state, action, pending] = useActionState(async (before: ActionState<{ version: number }>, data: FormData) => {
    const next = await saveAgentAction(before, data);
    if (next.status === "done") {
      draft.saved({ version: next.data.version, values });
      toast(next.data.version === version ? "Nothing has changed, so no version was made." : `Saved as version ${next.data.version}.`);
    } else {
      // Perhaps because of a newer version: then this page has to know it.
      router.refresh();
    }
    return next;
  }, { status: "idle" });
  useUnsavedGuard(draft.dirty && editable ? "This agent has changes that are not saved. Leave without them?" : null);
  useSaveKey(() => (editable && !pending ? form.current?.requestSubmit() : undefined));
  const problem = formError(state);
  return (
    <Card>
      <CardBody>
        <form ref={form} action={action} noValidate>
          <fieldset disabled={!editable} className="grid min-w-0 grid-cols-1 gap-6">
            {problem && draft.dirty ? <Notice tone="bad">{problem}</Notice> : null}
            {agent.version > version && !pending ? <NewerVersion agent={agent} version={version} onDiscard={draft.discard} /> : null}
            <input type="hidden" name="tenant" value={tenant} />
            <input type="hidden" name="agent" value={agent.id} />
            <input type="hidden" name="version" value={version} />
            <TextField label="Name" name="name" required value={values.name} onChange={(event) => draft.change({ name: event.target.value })} error={fieldError(state, "name")} />
            <AgentFields values={values} onChange={draft.change} state={state} choices={choices} />
            {editable ? (
              <>
                <TextField label="What changed" name="note" optional value={values.note} onChange={(event) => draft.change({ note: event.target.value })} error={fieldError(state, "note")} hint="A word for the history." />
                <div className="flex flex-wrap items-center gap-3">
                  {/* The one thing to do: to save what changed, or to run what is saved. */}
                  <SubmitButton variant={draft.dirty ? "primary" : "secondary"}>Save agent</SubmitButton>
                  <Kbd className="max-sm:hidden">Ctrl S</Kbd>
                  <span role="status" className="text-xs text-muted">{draft.dirty ? `Changed since version ${version}, not saved.` : `Version ${version}, saved.`}</span>
                </div>
              </>
            ) : null}
          </fieldset>
        </form>
      </CardBody>
    </Card>
  );
}

function NewerVersion({ agent, version, onDiscard }: { agent: AgentEditorProps["agent"]; version: number; onDiscard: () => void }) {
  return (
    <Notice tone="warn" title={`Version ${agent.version} was saved meanwhile.`}>
      <p>What you typed is still here. It was made from version {version}, so it cannot be saved over the newer one.</p>
      <p className="mt-2 flex flex-wrap items-center gap-3">
        <Link href={`${agent.path}/versions?from=${version}&to=${agent.version}`} target="_blank" className="underline underline-offset-4">Compare the versions</Link>
        <Button size="sm" onClick={onDiscard}>Drop mine, take version {agent.version}</Button>
      </p>
    </Notice>
  );
}

/** Ctrl+S and Cmd+S, in place of the browser's "save page". */
function useSaveKey(save: () => void): void {
  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "s" || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
