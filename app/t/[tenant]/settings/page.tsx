import type { Metadata } from "next";
import { AccessCard } from "@/app/t/[tenant]/settings/access-card";
import { DataCard } from "@/app/t/[tenant]/settings/data-card";
import { DeleteCard } from "@/app/t/[tenant]/settings/delete-card";
import { ExportCard } from "@/app/t/[tenant]/settings/export-card";
import { GeneralCard } from "@/app/t/[tenant]/settings/general-card";
import { PageHeader } from "@/components/ui/page-header";
import { publicOrigin } from "@/lib/http/origin";
import { requireTenantPage } from "@/lib/http/page";
import { readSettings } from "@/lib/tenants/settings/service";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { admission, allows, user } = await requireTenantPage((await params).tenant, "settings:write");
  const { id, slug, name, deleteAfter } = admission.tenant;
  const settings = await readSettings(id);
  return (
    <>
      <PageHeader title="Settings" description="Of this workspace, for everybody in it. Each change is recorded in the audit log." />
      <div className="grid max-w-3xl grid-cols-1 gap-8">
        <GeneralCard name={settings.name} slug={slug} oldSlugs={settings.oldSlugs} origin={publicOrigin()} />
        <AccessCard
          tenant={slug} required={settings.requireTwoFactor} domains={settings.invitationDomains} members={settings.members} lacking={settings.membersWithoutTwoFactor}
          hasTwoFactor={user.twoFactor}
        />
        <DataCard tenant={slug} days={settings.contentRetentionDays} />
        {allows("tenant:export") ? <ExportCard tenant={slug} /> : null}
        {allows("tenant:delete") ? <DeleteCard tenant={slug} name={name} deleteAfter={deleteAfter?.toISOString() ?? null} /> : null}
      </div>
    </>
  );
}
