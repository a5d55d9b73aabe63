import Link from "next/link";
import type { Seats } from "@/lib/tenants/invitations";

/** More would not be told apart. */
const MOST_DRAWN = 50;

const count = (number: number, word: string): string => `${number} ${number === 1 ? word : `${word}s`}`;

/** How many of the plan's seats are taken, by whom: one tick a seat, hollow where somebody is invited. @param sold whether a larger plan could be chosen */
export function SeatStrip({ seats, sold, billingHref }: { seats: Seats; sold: boolean; billingHref: string | null }) {
  const { limit, members, invitations } = seats;
  const taken = members + invitations;
  const by = `${count(members, "member")}, ${count(invitations, "open invitation")}`;
  if (limit === null) return <p className="text-sm text-muted">{by}. The plan has no limit.</p>;
  return (
    <div className="grid gap-2 text-sm">
      {limit <= MOST_DRAWN ? (
        <div aria-hidden="true" className="flex gap-1">
          {Array.from({ length: Math.max(limit, taken) }, (_, seat) => (
            <span key={seat} className={`h-4 w-1.5 ${seat < members ? "bg-ink" : seat < taken ? "border border-ink" : "bg-line-strong"}`} />
          ))}
        </div>
      ) : null}
      <p>
        <span className="measured">{taken}</span> of <span className="measured">{limit}</span> seats used <span className="text-muted">({by})</span>
        {taken >= limit ? (
          <span className="text-muted">
            {". "}To invite more, revoke an invitation{sold ? ", remove a member" : " or remove a member"}
            {sold && billingHref ? <>, or <Link href={billingHref} className="text-accent-ink underline underline-offset-4">choose a larger plan</Link></> : sold ? " or choose a larger plan" : ""}.
          </span>
        ) : null}
      </p>
    </div>
  );
}
