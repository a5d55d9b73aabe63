import Link from "next/link";
import { Notice } from "@/components/ui/notice";
import { listDisabledEndpoints } from "@/lib/webhooks/service";

/** Endpoints that the platform has disabled, until somebody enables or deletes them. */
export async function WebhookNotices({ tenant }: { tenant: { id: string; slug: string } }) {
  const endpoints = await listDisabledEndpoints(tenant.id);
  if (endpoints.length === 0) return null;
  return (
    <section aria-label="Disabled webhook endpoints" className="mb-8 grid grid-cols-1 gap-2">
      {endpoints.map(({ id, url, disabled_reason: reason }) => (
        <Notice key={id} tone="warn" title="A webhook endpoint was disabled">
          <Link href={`/t/${tenant.slug}/webhooks/${id}`} className="font-mono break-all underline underline-offset-4">{new URL(url).host}</Link>{" "}
          {reason === "gone" ? "answered 410 (gone)" : "failed every delivery for three days"}, so nothing is sent to it. Once it works, enable it and replay what it missed.
        </Notice>
      ))}
    </section>
  );
}
