import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

/** A part of the page that most readers leave shut. Opens without JavaScript. */
export function Unfold({ id, title, open = false, children }: { id?: string; title: string; open?: boolean; children: ReactNode }) {
  return (
    <details id={id} open={open} className="group min-w-0 rounded-lg border border-line">
      <summary className="flex min-h-10 list-none items-center gap-2 rounded-lg px-4 hover:bg-sunken/60 [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90" />
        <h2 className="font-medium">{title}</h2>
      </summary>
      <div className="grid grid-cols-1 gap-4 border-t border-line p-4">{children}</div>
    </details>
  );
}
