"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { useRunEvents } from "@/components/runs/use-run-events";

/** The output of a run that still executes; brings the whole page up to date when the run has ended. */
export function LiveOutput({ tenant, run }: { tenant: string; run: string }) {
  const live = useRunEvents(tenant, run);
  const router = useRouter();
  const ended = live.run !== null;
  useEffect(() => {
    if (ended) router.refresh();
  }, [ended, router]);
  return (
    <div data-testid="run-output" aria-live="polite" className="min-h-24 whitespace-pre-wrap rounded-md bg-sunken p-4">
      {live.text || <span className="text-muted">{live.started ? "Waiting for the first words." : "Waiting for a free slot. Waiting is not billed."}</span>}
    </div>
  );
}
