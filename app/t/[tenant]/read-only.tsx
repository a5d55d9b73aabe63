import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { Notice } from "@/components/ui/notice";

/** What can be done where a plan has no room: nothing leads to a plan where none is sold. */
export type Room = { sold: boolean; billingHref: string | null };

/** Marks an agent or a member that the plan has no room for. */
export function ReadOnlyBadge() {
  return <Badge tone="warn">Read-only</Badge>;
}

/** Above what does not fit: why, and what to do. @param instead what makes room without another plan, as a sentence without its full stop */
export function NoRoomNotice({ title, why, instead, room, className }: { title: string; why: string; instead: string; room: Room; className?: string }) {
  return (
    <Notice tone="warn" title={title} className={className}>
      {why} {instead}
      {!room.sold ? null : room.billingHref ? <>, or <Link href={room.billingHref} className="underline underline-offset-4">choose a larger plan</Link></> : ", or ask an owner for a larger plan"}.
    </Notice>
  );
}

/** On every page of somebody whom the plan has no seat for. @param plansHref where they may pay for a larger plan, which makes room; null: they may not */
export function NoSeatNotice({ plansHref }: { plansHref: string | null }) {
  return (
    <Notice tone="warn" title={plansHref ? "You may look at this workspace and pay for it, and change nothing else" : "You may look at this workspace and change nothing"} className="mb-8">
      It has more members than its plan has seats; owners and those who joined first have them. Keys that you made go on, your schedules start nothing. An owner makes room by removing a member, or with a larger limit.{plansHref ? <> You make room by <Link href={plansHref} className="underline underline-offset-4">paying for a larger plan</Link>.</> : null}
    </Notice>
  );
}
