"use client";

import type { AgentChoices } from "@/app/t/[tenant]/agents/agent-fields";
import { AgentEditor } from "@/app/t/[tenant]/agents/[agent]/agent-editor";
import { RunPanel } from "@/app/t/[tenant]/agents/[agent]/run-panel";
import { useAgentDraft, type SavedAgent } from "@/app/t/[tenant]/agents/[agent]/use-agent-draft";
import { cn } from "@/components/ui/cn";

type AgentWorkbenchProps = {
  tenant: string;
  origin: string;
  agent: { id: string; slug: string; path: string };
  newest: SavedAgent;
  choices: AgentChoices;
  editable: boolean;
  runnable: boolean;
};

/** The editor, and what runs the agent beside it; on a phone below it. */
export function AgentWorkbench({ tenant, origin, agent, newest, choices, editable, runnable }: AgentWorkbenchProps) {
  const draft = useAgentDraft(newest);
  return (
    <div className={cn("grid grid-cols-1 items-start gap-8", runnable && "xl:grid-cols-[minmax(0,1fr)_26rem]")}>
      <AgentEditor tenant={tenant} agent={{ ...agent, version: newest.version }} draft={draft} choices={choices} editable={editable} />
      {runnable ? (
        <div className="min-w-0 xl:sticky xl:top-6">
          <RunPanel tenant={tenant} origin={origin} agent={agent.slug} version={newest.version} unsaved={draft.dirty} />
        </div>
      ) : null}
    </div>
  );
}
