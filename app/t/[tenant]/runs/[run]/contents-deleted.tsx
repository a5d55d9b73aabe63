import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";
import { DAY_MS } from "@/lib/core/time";

/** Stands where a run's input and output stood. Times are ISO 8601 instants. */
export function ContentsDeleted({ deletedAt, finishedAt }: { deletedAt: string; finishedAt: string }) {
  const days = Math.floor((Date.parse(deletedAt) - Date.parse(finishedAt)) / DAY_MS);
  return (
    <Notice title="The contents are gone">
      Input and output were deleted on <Time at={deletedAt} look="absolute" />, {days === 1 ? "1 day" : `${days} days`} after the run ended, as this workspace’s settings say. What was
      metered stays.
    </Notice>
  );
}
