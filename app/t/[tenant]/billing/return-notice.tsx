import { dayOf } from "@/app/t/[tenant]/billing/words";
import { Notice } from "@/components/ui/notice";
import type { Standing } from "@/lib/billing/overview/standing";

/** Which of Stripe's pages somebody comes from: the last is that of an invoice that a change waits for. */
export type WayBack = "checkout" | "portal" | "confirm";

export function isWayBack(from: string | string[] | undefined): from is WayBack {
  return from === "checkout" || from === "portal" || from === "confirm";
}

type ReturnNoticeProps = { from: WayBack; /** A change still waits for its payment. */ waits: boolean; standing: Standing; plan: string; hasCard: boolean; caughtUp: boolean };

/** What came of a visit to Stripe's pages. */
export function ReturnNotice({ from, waits, standing, plan, hasCard, caughtUp }: ReturnNoticeProps) {
  if (!caughtUp) return <Notice tone="warn" title="Stripe does not answer for the moment">What you did there is not lost. This page shows it as soon as Stripe has told us; nothing has to be done twice.</Notice>;
  if (from === "checkout") {
    if (standing.kind === "active") return <Notice tone="ok" title={`${plan} is in force`}>Its limits hold from now on. The receipt is on its way by mail, and in the list below.</Notice>;
    return <Notice title="The payment is not confirmed yet">Some banks take a moment. Reload this page; the plan begins as soon as it is confirmed, and you are charged once.</Notice>;
  }
  if (from === "confirm") {
    if (waits) return <Notice title="The payment is not confirmed yet">Some banks take a moment. Reload this page; what you chose begins as soon as it is confirmed, and you are charged once.</Notice>;
    if (standing.kind === "active") return <Notice tone="ok" title={`${plan} is in force`}>Nothing waits to be confirmed any more.</Notice>;
  }
  if (standing.kind === "trial" && hasCard && !standing.canceled) return <Notice tone="ok" title="The card is saved">{plan} begins when the trial ends, on {dayOf(standing.endsAt)}.</Notice>;
  return <Notice tone="ok" title="Up to date">This page shows what Stripe has now.</Notice>;
}
