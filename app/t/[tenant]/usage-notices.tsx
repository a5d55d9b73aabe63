import Link from "next/link";
import { DismissNotice } from "@/app/t/[tenant]/dismiss-notice";
import { Notice } from "@/components/ui/notice";
import { listNotices } from "@/lib/alerts/service";
import { sellsPlans } from "@/lib/billing/service";
import { pauseOf } from "@/lib/caps/policy";
import type { Admission } from "@/lib/limits/admission";
import { roleAllows } from "@/lib/tenants/policy";

/** More than these belong on the caps page. */
const MOST_SHOWN = 3;

type UsageNoticesProps = {
  by: Admission;
  mayDismiss: boolean;
  /** On the caps page itself, which is where the rest would be. */
  all?: boolean;
};

/** What a workspace should know of its caps before it reads anything else: its pause, thresholds that were reached, unusual hours. */
export async function UsageNotices({ by, mayDismiss, all = false }: UsageNoticesProps) {
  const { slug, pausedAt, pauseReason, deleteAfter } = by.tenant;
  const pause = pausedAt && !deleteAfter ? pauseOf(pauseReason) : null;
  const notices = await listNotices(by);
  const shown = all ? notices : notices.slice(0, MOST_SHOWN);
  if (!pause && shown.length === 0) return null;
  const base = `/t/${slug}/caps`;
  const caps = <Link href={base} className="text-accent-ink underline underline-offset-4">caps</Link>;
  // Whoever may not enter the billing pages is not sent there.
  const larger = sellsPlans() && roleAllows(by.role, "billing:read") ? <> <Link href={`/t/${slug}/billing/plans`} className="text-accent-ink underline underline-offset-4">Choose a larger plan</Link>.</> : null;
  const keys = roleAllows(by.role, "keys:write") ? <> <Link href={`/t/${slug}/keys`} className="text-accent-ink underline underline-offset-4">Change its limit</Link>.</> : null;
  return (
    <section aria-label="Notices" className="mb-8 grid grid-cols-1 gap-2">
      {pause ? <Notice tone="warn" title={pause.title}>{pause.text} {pause.lifted}{pauseReason === "twice_quota" ? larger : null}</Notice> : null}
      {shown.map(({ id, ofKey, title, figure, now, tone }) => (
        <Notice key={id} tone={tone} title={title} action={mayDismiss ? <DismissNotice tenant={slug} alert={id} title={title} /> : undefined}>{figure}. {now}{tone !== "bad" ? null : ofKey ? keys : larger}</Notice>
      ))}
      {notices.length > shown.length ? <p className="text-sm text-muted">And {notices.length - shown.length} more, under {caps}.</p> : null}
    </section>
  );
}
