import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";

/** Stands where a run's input and output stood. `deletedAt` is an ISO 8601 instant. */
export function ContentsDeleted({ deletedAt }: { deletedAt: string }) {
  return (
    <Notice title="The contents are gone">
      Input, output and steps’ texts were deleted on <Time at={deletedAt} look="absolute" />: somebody asked for it, or the time that this workspace’s settings keep them was over. What was metered stays.
    </Notice>
  );
}
