import { CodeBlock } from "@/components/ui/code-block";

const PARTS: { name: string; what: string; replacedBy: string }[] = [
  { name: "PostgreSQL 18", what: "all state, row-level security", replacedBy: "DATABASE_URL" },
  { name: "Redis gateway", what: "rate limits, key directory", replacedBy: "UPSTASH_REDIS_REST_URL" },
  { name: "Model server", what: "the built-in summariser", replacedBy: "MODEL_BASE_URL" },
  { name: "Mail sink", what: "mails, readable on a local page", replacedBy: "SMTP_URL" },
  { name: "Web and worker", what: "the product", replacedBy: "–" },
];

/** One command, and what it starts. */
export function SelfHost() {
  return (
    <div className="grid gap-10 lg:grid-cols-2 lg:gap-16">
      <div className="grid content-start gap-4">
        <CodeBlock title="In the repository, with any npm" code={"npm ci && npm start"} />
        <p className="text-sm text-muted">
          It starts what the table lists on this machine, migrates, builds, and prints where to sign in. Nothing else has to be installed. Each part is replaced by setting
          its variable; the application only ever talks to an address.
        </p>
      </div>
      <table className="w-full border-collapse self-start text-sm">
        <caption className="sr-only">What the command starts, and the variable that replaces each part</caption>
        <thead className="text-xs text-muted">
          <tr className="border-b border-line-strong">
            <th scope="col" className="h-9 pr-3 text-left font-normal">
              Part
            </th>
            <th scope="col" className="h-9 pr-3 text-left font-normal max-sm:hidden">
              Holds
            </th>
            <th scope="col" className="h-9 text-right font-normal">
              Replaced by
            </th>
          </tr>
        </thead>
        <tbody>
          {PARTS.map((part) => (
            <tr key={part.name} className="border-b">
              <th scope="row" className="h-9 pr-3 text-left font-normal">
                {part.name}
              </th>
              <td className="pr-3 text-muted max-sm:hidden">{part.what}</td>
              <td className="measured text-right text-xs">{part.replacedBy}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
