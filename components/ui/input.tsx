import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";

/** The edge, paper and states that every text control shares. */
export const controlClasses =
  "w-full rounded border border-control bg-surface text-ink transition-colors placeholder:text-faint hover:border-muted focus-visible:border-accent-ink focus-visible:outline-1 focus-visible:outline-offset-0 focus-visible:rounded disabled:cursor-not-allowed disabled:bg-sunken disabled:text-muted aria-invalid:border-bad";

/** A one-line text control. 16 px on phones, where smaller text would make the browser zoom. */
export function Input({ className, type = "text", ...props }: ComponentProps<"input">) {
  return <input type={type} className={cn(controlClasses, "h-9 px-3 text-base read-only:bg-sunken sm:text-sm", className)} {...props} />;
}
