import { Badge } from "@/components/ui/badge";
import { Time } from "@/components/ui/time";
import type { KeyDto } from "@/lib/keys/schema";

/** What limits a key has of its own, as short words under each other. */
export function KeyLimits({ of }: { of: KeyDto }) {
  const words = [
    of.requests_per_minute === null ? null : `${of.requests_per_minute.toLocaleString("en-US")} requests/min`,
    of.monthly_cap_minutes === null ? null : `${of.monthly_cap_minutes.toLocaleString("en-US")} min/period`,
    ...of.allowed_cidrs.slice(0, 2),
    of.allowed_cidrs.length > 2 ? `and ${of.allowed_cidrs.length - 2} more networks` : null,
  ].filter((word) => word !== null);
  if (words.length === 0) return <>none</>;
  return (
    <ul className="font-mono text-xs">
      {words.map((word) => (
        <li key={word} className="wrap-anywhere sm:min-w-36">{word}</li>
      ))}
    </ul>
  );
}

/** Until when a key works, or why it does not. */
export function KeyEnd({ of }: { of: KeyDto }) {
  if (of.status === "revoked") return <Badge>Revoked</Badge>;
  if (of.status === "expired") return <Badge tone="bad">Ended</Badge>;
  if (of.status === "maker_left") return <Badge tone="warn" title="Who made it is no member any more, so it may do nothing.">Maker left: may do nothing</Badge>;
  return (
    <span className="grid gap-1">
      {of.expires_at ? <Time at={of.expires_at} /> : "never"}
      {of.previous_secret_expires_at ? <span className="text-xs text-muted">old secret ends <Time at={of.previous_secret_expires_at} /></span> : null}
    </span>
  );
}
