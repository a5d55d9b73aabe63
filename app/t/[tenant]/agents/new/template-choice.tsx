import Link from "next/link";
import { cn } from "@/components/ui/cn";
import type { AgentTemplate } from "@/lib/agents/templates";

/** What an agent can begin with, each under an address of its own. */
export function TemplateChoice({ base, templates, current }: { base: string; templates: readonly AgentTemplate[]; current: AgentTemplate }) {
  return (
    <nav aria-label="Templates" className="mb-8">
      <ul className="grid grid-cols-1 gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {templates.map((one) => (
          <li key={one.id}>
            <Link
              href={`${base}?template=${one.id}`} scroll={false} aria-current={one.id === current.id ? "true" : undefined}
              className={cn("block h-full rounded-lg border border-line bg-surface px-4 py-3 transition-colors hover:border-control aria-[current=true]:border-ink")}
            >
              <span className="block text-sm font-medium text-ink">{one.name}</span>
              <span className="mt-0.5 block text-xs text-muted">{one.purpose}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
