"use client";

import { ChevronDown } from "lucide-react";
import { useLayoutEffect, useRef, type ComponentProps } from "react";
import { cn } from "@/components/ui/cn";
import { controlClasses } from "@/components/ui/input";

/**
 * The browser's own select, which works without scripts and opens as phones expect. Give it `<option>` children.
 *
 * A form is reset once its action has answered. React keeps what a controlled input says over that, but lets a select go
 * back to the option it was first drawn with (react/react#30580): the choice is therefore made the option's default too.
 */
export function Select({ className, children, ...props }: ComponentProps<"select">) {
  const select = useRef<HTMLSelectElement>(null);
  const { value } = props;
  useLayoutEffect(() => {
    if (value === undefined) return;
    for (const option of select.current?.options ?? []) option.defaultSelected = option.value === value;
  }, [value, children]);
  return (
    <span className="relative block">
      <select ref={select} className={cn(controlClasses, "h-9 appearance-none truncate pr-8 pl-3 text-base sm:text-sm", className)} {...props}>
        {children}
      </select>
      <ChevronDown aria-hidden="true" className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted" />
    </span>
  );
}
