"use client";

import { useActionState } from "react";
import { testToolAction } from "@/app/t/[tenant]/tools/actions";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { Time } from "@/components/ui/time";
import { fieldError, formError } from "@/lib/http/action-state";
import type { ToolDto } from "@/lib/tools/schema";

/** What an MCP server offered when it was asked last, by the names that models use, and a way to ask it again. */
export function OfferedTools({ tenant, tool, offered, mayAsk }: { tenant: string; tool: ToolDto; offered: { name: string; description: string }[]; mayAsk: boolean }) {
  const [state, action] = useActionState(testToolAction, { status: "idle" });
  const failure = state.status === "done" && !state.data.ok ? state.data.content : undefined;
  const problem = formError(state) ?? fieldError(state, "tool") ?? failure;
  return (
    <Card>
      <CardHeader
        title="What the server offers"
        description={tool.offered_at ? <>Asked <Time at={tool.offered_at} />. Runs ask again when this is older than ten minutes.</> : "The server has not been asked yet."}
        action={mayAsk ? (
          <form action={action}>
            <input type="hidden" name="tenant" value={tenant} />
            <input type="hidden" name="tool" value={tool.id} />
            <SubmitButton variant="secondary" size="sm">{tool.offered_at ? "Ask again" : "Ask the server"}</SubmitButton>
          </form>
        ) : undefined}
      />
      <CardBody className="grid grid-cols-1 gap-4">
        {problem ? <Notice tone="bad">{problem}</Notice> : null}
        {offered.length === 0 ? <p className="text-muted">{tool.offered_at ? "It offers no tool." : "Ask it to see its tools here, and to test them."}</p> : null}
        {offered.length > 0 ? (
          <ul className="grid grid-cols-1 gap-3">
            {offered.map(({ name, description }) => (
              <li key={name} className="min-w-0">
                <p className="font-mono break-words">{name}</p>
                {description ? <p className="line-clamp-3 text-sm text-muted">{description}</p> : null}
              </li>
            ))}
          </ul>
        ) : null}
      </CardBody>
    </Card>
  );
}
