"use client";

import { createContext, use, useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/*
 * Written by hand, not on Radix: its tabs put style attributes into the server's HTML, which a strict
 * content security policy refuses. Same manners: one tab stop, arrow keys, Home and End.
 */
type TabsState = { id: string; value: string; select: (value: string) => void };

const TabsContext = createContext<TabsState | null>(null);

function useTabs(): TabsState {
  const state = use(TabsContext);
  if (!state) throw new Error("TabsList, TabsTrigger and TabsContent belong inside Tabs");
  return state;
}

type TabsProps = { defaultValue: string; value?: string; onValueChange?: (value: string) => void; children: ReactNode; className?: string };

/** One of several views of the same thing. Uncontrolled with `defaultValue`; with `value` the caller holds it. */
export function Tabs({ defaultValue, value, onValueChange, children, className }: TabsProps) {
  const id = useId();
  const [own, setOwn] = useState(defaultValue);
  const select = (next: string) => {
    setOwn(next);
    onValueChange?.(next);
  };
  return (
    <TabsContext value={{ id, value: value ?? own, select }}>
      <div className={className}>{children}</div>
    </TabsContext>
  );
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>) {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('[role="tab"]')];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (target === undefined || at < 0) return;
  event.preventDefault();
  const tab = tabs[(target + tabs.length) % tabs.length];
  tab?.focus();
  tab?.click();
}

export function TabsList({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <div role="tablist" aria-label={label} onKeyDown={moveFocus} className={cn("scroll-quiet flex gap-4 overflow-x-auto border-b", className)}>
      {children}
    </div>
  );
}

export function TabsTrigger({ value, children, className }: { value: string; children: ReactNode; className?: string }) {
  const tabs = useTabs();
  const selected = tabs.value === value;
  return (
    <button
      type="button"
      role="tab"
      id={`${tabs.id}-tab-${value}`}
      aria-controls={`${tabs.id}-panel-${value}`}
      aria-selected={selected}
      tabIndex={selected ? 0 : -1}
      onClick={() => tabs.select(value)}
      className={cn(
        "-mb-px h-9 border-b-2 border-transparent text-sm whitespace-nowrap text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2 aria-selected:border-ink aria-selected:font-medium aria-selected:text-ink",
        className,
      )}
    >
      {children}
    </button>
  );
}

/** Stays in the page while hidden, so that find-in-page and server rendering see every view. */
export function TabsContent({ value, children, className }: { value: string; children: ReactNode; className?: string }) {
  const tabs = useTabs();
  return (
    <div role="tabpanel" id={`${tabs.id}-panel-${value}`} aria-labelledby={`${tabs.id}-tab-${value}`} hidden={tabs.value !== value} className={className}>
      {children}
    </div>
  );
}
