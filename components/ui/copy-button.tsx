"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";

type CopyButtonProps = {
  /** What goes to the clipboard. */
  text: string;
  /** What is copied, for screen readers: "Copy key". */
  label?: string;
  /** `icon` for tight places. */
  look?: "icon" | "words";
  className?: string;
};

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain http away from localhost has no clipboard, and a reader may refuse the permission: select by hand then.
    return false;
  }
}

/** Copies a text and says so for two seconds. */
export function CopyButton({ text, label = "Copy", look = "icon", className }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(null), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const said = outcome === "copied" ? "Copied" : outcome === "refused" ? "Press Ctrl+C" : "";
  return (
    <Button
      variant={look === "icon" ? "ghost" : "secondary"}
      size={look === "icon" ? "icon-sm" : "sm"}
      aria-label={look === "icon" ? label : undefined}
      title={look === "icon" ? said || label : undefined}
      className={className}
      onClick={async () => setOutcome((await writeClipboard(text)) ? "copied" : "refused")}
    >
      {outcome === "copied" ? <Check aria-hidden="true" className="text-ok" /> : <Copy aria-hidden="true" />}
      {look === "words" ? said || label : null}
      <span role="status" className="sr-only">
        {said}
      </span>
    </Button>
  );
}
