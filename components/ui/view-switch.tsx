import Link from "next/link";
import { cn } from "@/components/ui/cn";

export type ViewOption = { label: string; href: string; current: boolean };

/** One of several views of the same thing, each with an address of its own. `tabs` for the page's, `small` for a card's. */
export function ViewSwitch({ label, options, look }: { label: string; options: readonly ViewOption[]; look: "tabs" | "small" }) {
  return (
    <nav aria-label={label} className={look === "tabs" ? "flex gap-4 border-b" : "inline-flex rounded border border-line-strong p-0.5"}>
      {options.map((option) => (
        <Link
          key={option.label}
          href={option.href}
          scroll={false}
          // A page that is drawn anew while work goes on would fetch every other view along with it.
          prefetch={false}
          aria-current={option.current ? "true" : undefined}
          className={cn(
            "inline-flex items-center whitespace-nowrap text-muted transition-colors hover:text-ink aria-[current=true]:font-medium aria-[current=true]:text-ink",
            look === "tabs" ? "-mb-px h-9 border-b-2 border-transparent text-sm aria-[current=true]:border-ink max-sm:h-11" : "h-7 rounded-sm px-2.5 text-xs aria-[current=true]:bg-sunken max-sm:h-9",
          )}
        >
          {option.label}
        </Link>
      ))}
    </nav>
  );
}
