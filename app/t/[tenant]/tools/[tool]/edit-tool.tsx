"use client";

import { useActionState } from "react";
import { updateToolAction } from "@/app/t/[tenant]/tools/actions";
import { ToolFields } from "@/app/t/[tenant]/tools/tool-fields";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";
import type { ToolDto } from "@/lib/tools/schema";

/** Changes a tool. Its next call uses what is saved. */
export function EditTool({ tenant, tool }: { tenant: string; tool: ToolDto }) {
  const [state, action] = useActionState(updateToolAction, { status: "idle" });
  const problem = formError(state) ?? fieldError(state, "tool");
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {state.status === "done" && state.data.savedAt === tool.updated_at ? <Notice tone="ok">Saved. Its next call uses this.</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="tool" value={tool.id} />
      <ToolFields kind={tool.kind} state={state} tool={tool} />
      <div>
        <SubmitButton>Save tool</SubmitButton>
      </div>
    </form>
  );
}
