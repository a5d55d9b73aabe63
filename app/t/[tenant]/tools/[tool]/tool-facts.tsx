import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import type { ToolDto } from "@/lib/tools/schema";

/** A tool's settings for those who may read and not change them. */
export function ToolFacts({ tool }: { tool: ToolDto }) {
  const facts = [
    ["Calls", `${tool.method ? `${tool.method} ` : ""}${tool.url}`], ["Headers", tool.header_names.join(", ") || "none"], ["Time limit", `${tool.timeout_seconds} s`], ["Largest answer", `${tool.max_answer_bytes.toLocaleString("en")} bytes`],
  ] as const;
  return (
    <Card>
      <CardHeader title="Settings" />
      <CardBody className="grid grid-cols-1 gap-6">
        <dl className="grid grid-cols-1 gap-x-6 gap-y-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="font-mono break-all">{value}</dd>
            </div>
          ))}
        </dl>
        {tool.input_schema ? <CodeBlock title="Arguments" code={JSON.stringify(tool.input_schema, null, 2)} /> : null}
      </CardBody>
    </Card>
  );
}
