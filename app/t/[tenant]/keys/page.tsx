import type { Metadata } from "next";
import { CreateKey } from "@/app/t/[tenant]/keys/create-key";
import { EditKey } from "@/app/t/[tenant]/keys/edit-key";
import { KeyEnd, KeyLimits } from "@/app/t/[tenant]/keys/key-state";
import { RotateKey } from "@/app/t/[tenant]/keys/rotate-key";
import { RevokeKey } from "@/app/t/[tenant]/keys/revoke-key";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { Time } from "@/components/ui/time";
import { pageQuerySchema } from "@/lib/core/pagination";
import { publicOrigin } from "@/lib/http/origin";
import { requireTenantPage } from "@/lib/http/page";
import { KEY_SCOPES, type KeyDto } from "@/lib/keys/schema";
import { listKeys } from "@/lib/keys/service";

export const metadata: Metadata = { title: "API keys" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function KeysPage({ params, searchParams }: Props) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "keys:read");
  const page = pageQuerySchema.catch({ limit: 20 }).parse(await searchParams);
  const keys = await listKeys(admission.tenant.id, page);
  const { slug } = admission.tenant;
  const base = `/t/${slug}/keys`;
  const create = allows("keys:write") ? <CreateKey tenant={slug} origin={publicOrigin()} scopes={KEY_SCOPES.filter(allows)} /> : undefined;
  return (
    <>
      <PageHeader title="API keys" description="How your programs sign in. A key is shown once; we keep only its hash." action={create} />
      {keys.data.length === 0 ? (
        <EmptyState title="No keys yet">A key lets a program run this workspace’s agents. Create one for each program, so that you can revoke one without stopping the others.</EmptyState>
      ) : (
        <>
          <DataTable
            caption="API keys of this workspace"
            rows={keys.data}
            rowKey={(key) => key.id}
            columns={[
              { id: "name", header: "Name", primary: true, cell: (key) => key.name },
              { id: "prefix", header: "Key", cell: (key) => <span className="font-mono">{key.prefix}…</span> },
              { id: "scopes", header: "Scopes", cell: (key) => <span className="font-mono text-xs">{key.scopes.join(" ")}</span> },
              { id: "used", header: "Last used", align: "right", cell: (key) => (key.last_used_at ? <Time at={key.last_used_at} /> : "never") },
              { id: "limits", header: "Limits", cell: (key) => <KeyLimits of={key} /> },
              { id: "ends", header: "Ends", align: "right", cell: (key) => <KeyEnd of={key} /> },
              { id: "created", wideOnly: true, header: "Created", align: "right", cell: (key) => <Time at={key.created_at} /> },
              { id: "deeds", header: "", align: "right", cell: (key) => (key.status !== "revoked" && allows("keys:write") ? <KeyDeeds tenant={slug} of={key} /> : null) },
            ]}
          />
          <Pagination previousHref={page.cursor ? base : undefined} nextHref={keys.next_cursor ? `${base}?cursor=${keys.next_cursor}` : undefined} />
        </>
      )}
    </>
  );
}

function KeyDeeds({ tenant, of }: { tenant: string; of: KeyDto }) {
  return (
    <span className="inline-flex">
      <EditKey tenant={tenant} of={of} />
      <RotateKey tenant={tenant} origin={publicOrigin()} id={of.id} name={of.name} />
      <RevokeKey tenant={tenant} id={of.id} name={of.name} />
    </span>
  );
}
