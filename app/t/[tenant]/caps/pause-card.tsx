import { PauseWorkspace, ResumeWorkspace } from "@/app/t/[tenant]/caps/pause-workspace";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { pauseOf } from "@/lib/caps/policy";

type PauseCardProps = { tenant: string; paused: boolean; reason: string | null; deleting: boolean; mayPause: boolean; running: number };

/** Stopping everything at once, and the way back where it is one's own. */
export function PauseCard({ tenant, paused, reason, deleting, mayPause, running }: PauseCardProps) {
  const pause = paused ? pauseOf(reason) : null;
  return (
    <Card>
      <CardHeader title="Pause" description="Stops all work of this workspace at once." action={<Badge tone={pause ? "warn" : "ok"}>{pause ? "Paused" : "Working"}</Badge>} />
      <CardBody className="grid grid-cols-1 gap-4 text-sm">
        {pause ? (
          <p className="max-w-prose">{pause.title}. {pause.text} {pause.ownDoing && deleting ? "It can be resumed once the workspace is kept." : pause.lifted}</p>
        ) : (
          <ul className="max-w-prose list-disc pl-5 text-muted">
            <li>New runs are refused: the API answers 402 with <code className="font-mono text-ink">tenant_paused</code>.</li>
            <li>Running runs are stopped within a second; their output so far is kept. Waiting runs wait on.</li>
            <li>Everything else goes on: reading, usage, keys, agents and billing. Calls that read still count.</li>
          </ul>
        )}
        {!mayPause ? <p className="text-muted">Owners and admins can pause and resume.</p> : pause ? (pause.ownDoing && !deleting ? <div><ResumeWorkspace tenant={tenant} /></div> : null) : <div><PauseWorkspace tenant={tenant} running={running} /></div>}
      </CardBody>
    </Card>
  );
}
