"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Notice } from "@/components/ui/notice";

/** Recovery codes that were just made: the only time they are seen. `children` is the way on. */
export function RecoveryCodes({ codes, title, children }: { codes: string[]; title: string; children: ReactNode }) {
  const text = codes.join("\n");
  return (
    <div className="grid grid-cols-1 gap-6">
      <Notice tone="ok" title={title}>Keep these recovery codes where you keep important papers. Each one signs you in once when you are without your phone. They are shown this once.</Notice>
      <ul data-testid="recovery-codes" className="grid grid-cols-1 gap-x-8 gap-y-2 rounded-md border border-line bg-sunken p-4 font-mono sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={text} label="Copy codes" look="words" />
        <Button asChild size="sm">
          <a href={`data:text/plain;charset=utf-8,${encodeURIComponent(`Recovery codes for Stint\n\n${text}\n`)}`} download="stint-recovery-codes.txt">Download</a>
        </Button>
        <span className="ml-auto">{children}</span>
      </div>
    </div>
  );
}
