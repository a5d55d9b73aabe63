import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";
import { controlClasses } from "@/components/ui/input";

/** A text control of several lines that grows with what is typed, up to half the screen. */
export function Textarea({ className, rows = 4, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={rows}
      className={cn(controlClasses, "scroll-quiet field-sizing-content max-h-[50vh] min-h-20 resize-y px-3 py-2 text-base read-only:bg-sunken sm:text-sm", className)}
      {...props}
    />
  );
}
