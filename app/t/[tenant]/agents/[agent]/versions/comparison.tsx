import { LineDiff } from "@/app/t/[tenant]/agents/[agent]/versions/line-diff";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { compareConfigs, type FieldChange } from "@/lib/agents/compare";
import type { AgentVersionDto } from "@/lib/agents/schema";
import { describeValue, FIELD_NAMES } from "@/lib/agents/words";

/** What differs between two versions, field by field. `names`: of tools and agents, by id. */
export function Comparison({ from, to, names }: { from: AgentVersionDto; to: AgentVersionDto; names: ReadonlyMap<string, string> }) {
  const changes = compareConfigs(from, to);
  const what = changes.length === 0 ? "Nothing that a run executes differs between them." : changes.length === 1 ? "1 field differs." : `${changes.length} fields differ.`;
  return (
    <Card className="mb-8">
      <CardHeader title={`Version ${from.version} and version ${to.version}`} description={what} />
      {changes.length > 0 ? (
        <CardBody>
          <dl className="grid grid-cols-1 gap-6">
            {changes.map((change) => (
              <div key={change.field} className="grid min-w-0 grid-cols-1 gap-2">
                <dt className="text-sm font-medium">{FIELD_NAMES[change.field]}</dt>
                <dd className="min-w-0">{change.lines ? <LineDiff lines={change.lines} label={`Changes of ${FIELD_NAMES[change.field].toLowerCase()}`} /> : <Values change={change} names={names} />}</dd>
              </div>
            ))}
          </dl>
        </CardBody>
      ) : null}
    </Card>
  );
}

function Values({ change: { field, before, after }, names }: { change: FieldChange; names: ReadonlyMap<string, string> }) {
  return (
    <LineDiff
      label={`Changes of ${FIELD_NAMES[field].toLowerCase()}`}
      lines={[{ kind: "removed", text: describeValue(field, before, names) }, { kind: "added", text: describeValue(field, after, names) }]}
    />
  );
}
