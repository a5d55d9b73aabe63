import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";
import type { StaffTenant } from "@/lib/admin/schema";

const REASONS: Record<string, string> = {
  owner: "Its owner paused it.",
  staff: "Staff paused it; the note is in its audit log.",
  twice_quota: "It used twice its minutes. A new period, more minutes or staff end the pause.",
  deletion: "Its deletion was asked for.",
  purged: "It is being deleted.",
};

/** Why nothing runs here, and since when. Nothing while it runs. */
export function PauseNotice({ tenant: { pausedAt, pauseReason, deleteAfter } }: { tenant: StaffTenant }) {
  if (!pausedAt && !deleteAfter) return null;
  return (
    <Notice tone="warn" title={pausedAt ? <>Paused <Time at={pausedAt} /></> : "To be deleted"}>
      {pausedAt ? `${REASONS[pauseReason ?? ""] ?? "No reason was given."} ` : null}
      {deleteAfter ? <>It is deleted <Time at={deleteAfter} look="absolute" /> unless an owner keeps it.</> : null}
    </Notice>
  );
}
