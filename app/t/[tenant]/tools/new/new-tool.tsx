"use client";

import { useActionState } from "react";
import { createToolAction } from "@/app/t/[tenant]/tools/actions";
import { ToolFields } from "@/app/t/[tenant]/tools/tool-fields";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { formError } from "@/lib/http/action-state";

/** Describes a new tool of one kind. */
export function NewTool({ tenant, kind }: { tenant: string; kind: "http" | "mcp" }) {
  const [state, action] = useActionState(createToolAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid max-w-2xl grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <ToolFields kind={kind} state={state} />
      <div>
        <SubmitButton>{kind === "http" ? "Create tool" : "Add server"}</SubmitButton>
      </div>
    </form>
  );
}
