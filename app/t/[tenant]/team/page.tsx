import type { Metadata } from "next";
import { Invitations } from "@/app/t/[tenant]/team/invitations";
import { InviteMember } from "@/app/t/[tenant]/team/invite-member";
import { MemberTable } from "@/app/t/[tenant]/team/member-table";
import { NoRoomNotice } from "@/app/t/[tenant]/read-only";
import { SeatStrip } from "@/app/t/[tenant]/team/seat-strip";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { pageQuerySchema } from "@/lib/core/pagination";
import { sellsPlans } from "@/lib/billing/service";
import { requireTenantPage } from "@/lib/http/page";
import { listInvitations } from "@/lib/tenants/invitations";
import { listMembers } from "@/lib/tenants/members";
import { rolesToGive } from "@/lib/tenants/policy";

export const metadata: Metadata = { title: "Team" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function TeamPage({ params, searchParams }: Props) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "team:read");
  const { id, slug } = admission.tenant;
  const { cursor } = pageQuerySchema.catch({ limit: 50 }).parse(await searchParams);
  const [members, { invitations, seats }] = await Promise.all([listMembers(id, { limit: 50, cursor }), listInvitations(id)]);
  const roles = admission.readOnly ? [] : rolesToGive(admission.role);
  const invite = allows("team:write") ? <InviteMember tenant={slug} roles={roles} /> : undefined;
  const base = `/t/${slug}/team`;
  return (
    <>
      <PageHeader title="Team" description="Who may enter this workspace, and what they may do in it." action={invite} />
      <div className="grid gap-8">
        <SeatStrip seats={seats} sold={sellsPlans()} billingHref={allows("billing:read") ? `/t/${slug}/billing/plans` : null} />
        {seats.limit !== null && seats.members > seats.limit ? (
          <NoRoomNotice
            title={`The plan has ${seats.limit === 1 ? "1 seat" : `${seats.limit} seats`}, and there are ${seats.members} members`} why="Owners and those who joined first have them. The others may look and change nothing; their keys go on."
            instead="Remove a member, and the next one gets the seat" room={{ sold: sellsPlans(), billingHref: allows("billing:write") ? `/t/${slug}/billing` : null }}
          />
        ) : null}
        <div>
          <MemberTable members={members.data} tenant={slug} me={{ id: admission.userId, role: admission.readOnly ? null : admission.role }} />
          <Pagination previousHref={cursor ? base : null} nextHref={members.next_cursor ? `${base}?cursor=${members.next_cursor}` : null} />
        </div>
        {allows("team:write") ? <Invitations invitations={invitations} tenant={slug} roles={roles} /> : null}
      </div>
    </>
  );
}
