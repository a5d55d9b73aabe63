"use client";

import { useEffect, useState } from "react";
import { previewScheduleAction } from "@/app/t/[tenant]/schedules/actions";
import { zonedTime } from "@/app/t/[tenant]/schedules/zoned-time";
import { absoluteTime } from "@/components/ui/time-words";

/** Typing pauses this long before the times are asked for. */
const AFTER_MS = 400;

type Preview = { of: string; times: string[]; problem: string | null };

/** The next times of a schedule as it is typed, on its own clocks and on the reader's. */
export function TimePreview({ tenant, cron, timeZone }: { tenant: string; cron: string; timeZone: string }) {
  const [preview, setPreview] = useState<Preview | null>(null);
  const of = `${cron}\n${timeZone}`;
  useEffect(() => {
    let gone = false;
    const ask = async (): Promise<void> => {
      const form = new FormData();
      form.set("tenant", tenant);
      form.set("cron", cron);
      form.set("time_zone", timeZone);
      const state = await previewScheduleAction({ status: "idle" }, form);
      if (gone) return;
      const problem = state.status === "invalid" ? (Object.values(state.fieldErrors)[0] ?? null) : state.status === "failed" ? state.message : null;
      setPreview({ of: `${cron}\n${timeZone}`, times: state.status === "done" ? state.data.times : [], problem });
    };
    const timer = setTimeout(() => void ask(), AFTER_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [tenant, cron, timeZone]);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div aria-live="polite" className="grid gap-2 rounded-md bg-sunken p-4 text-sm">
      <p className="font-medium">The next five times</p>
      {preview === null || preview.of !== of ? <p className="text-muted">Looking.</p> : preview.problem === null ? (
        <ol className="grid gap-1 font-mono text-xs tabular-nums">
          {preview.times.map((time) => (
            <li key={time} className="flex flex-wrap justify-between gap-x-4">
              <time dateTime={time}>{zonedTime(time, timeZone)}</time>
              {own === timeZone ? null : <span className="text-muted">{absoluteTime(time)} where you are</span>}
            </li>
          ))}
        </ol>
      ) : <p className="text-bad">{preview.problem}</p>}
    </div>
  );
}
