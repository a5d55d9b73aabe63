import { CircleCheck, CircleX } from "lucide-react";
import type { Metadata } from "next";
import { Container, TextPageHeader } from "@/components/marketing/container";
import { Badge, type Tone } from "@/components/ui/badge";
import { Time } from "@/components/ui/time";
import { getReadiness, type Readiness } from "@/lib/platform/readiness";

export const metadata: Metadata = {
  title: "Status",
  description: "A live reading of the parts this installation stands on.",
  alternates: { canonical: "/status" },
};

const WORDS: Record<Readiness["status"], { title: string; lead: string }> = {
  ok: { title: "Everything answers.", lead: "Every part this installation stands on answered just now." },
  degraded: { title: "Working, with less.", lead: "Requests are served, but a part is away. Limits may be stricter, and runs may fail until it is back." },
  down: { title: "Not available.", lead: "The database does not answer, so nothing can be promised. What is stored is not lost." },
};

const PARTS: Record<string, string> = { database: "Database", redis: "Rate limits and keys", model: "Model endpoint", worker: "Runs" };

export default async function StatusPage() {
  const { status, checks } = await getReadiness();
  const tone: Record<Readiness["status"], Tone> = { ok: "ok", degraded: "warn", down: "bad" };
  return (
    <Container className="pb-24">
      <TextPageHeader title={WORDS[status].title} lead={WORDS[status].lead} />
      <table className="w-full max-w-[720px] border-collapse text-sm">
        <caption className="sr-only">Parts of this installation</caption>
        <thead className="text-xs text-muted">
          <tr className="border-b border-line-strong">
            <th scope="col" className="h-9 text-left font-normal">
              Part
            </th>
            <th scope="col" className="h-9 text-right font-normal">
              Answered in
            </th>
            <th scope="col" className="h-9 w-36 text-right sm:w-44 font-normal">
              State
            </th>
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <tr key={check.name} className="border-b">
              <th scope="row" className="h-11 text-left font-normal">
                {PARTS[check.name] ?? check.name}
              </th>
              <td className="measured text-right text-xs text-muted">{check.latencyMs} ms</td>
              <td className="text-right">
                <Badge tone={check.ok ? "ok" : tone[status === "down" ? "down" : "degraded"]}>
                  {check.ok ? <CircleCheck aria-hidden="true" /> : <CircleX aria-hidden="true" />}
                  {check.ok ? "Answers" : "Does not answer"}
                </Badge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-4 max-w-[62ch] text-sm text-muted">
        Read <Time at={new Date().toISOString()} look="absolute" className="measured text-xs" />, when this page was asked for. This is a live reading of one moment: no history is kept, and nothing
        here is a promise of uptime. Programs can ask <code>/api/ready</code>.
      </p>
    </Container>
  );
}
