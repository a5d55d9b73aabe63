import { ChangeRole } from "@/app/t/[tenant]/team/change-role";
import { HandOver, LeaveWorkspace, RemoveMember } from "@/app/t/[tenant]/team/member-deeds";
import { ReadOnlyBadge } from "@/app/t/[tenant]/read-only";
import { ROLE_WORDS } from "@/components/team/role-words";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { Member } from "@/lib/tenants/members";
import { mayChangeRole, rolesToGive } from "@/lib/tenants/policy";

type Me = { id: string; role: string | null };
type MemberTableProps = { members: readonly Member[]; tenant: string; me: Me };

/** Who is in, with what `me` may do about each of them. The services decide again. */
export function MemberTable({ members, tenant, me }: MemberTableProps) {
  return (
    <DataTable
      caption="Members of this workspace"
      rows={members}
      rowKey={(member) => member.id}
      columns={[
        { id: "name", header: "Name", primary: true, cell: (member) => <Who member={member} isMe={member.id === me.id} /> },
        { id: "role", header: "Role", cell: (member) => <span title={ROLE_WORDS[member.role].text}>{ROLE_WORDS[member.role].name}</span> },
        { id: "two-factor", header: "Two-factor", cell: (member) => <Badge tone={member.twoFactor ? "ok" : "neutral"}>{member.twoFactor ? "On" : "Off"}</Badge> },
        { id: "keys", header: "Working keys", align: "right", cell: (member) => <span className="measured">{member.workingKeys}</span> },
        { id: "joined", header: "Joined", align: "right", cell: (member) => <Time at={member.joinedAt} className="whitespace-nowrap" /> },
        { id: "deeds", header: "", align: "right", cell: (member) => <Deeds member={member} tenant={tenant} me={me} /> },
      ]}
    />
  );
}

function Who({ member, isMe }: { member: Member; isMe: boolean }) {
  return (
    <span className="grid min-w-0 py-1">
      <span className="flex min-w-0 items-center gap-2 font-medium">
        <span className="truncate">{member.name}</span>
        {isMe ? <Badge tone="outline">You</Badge> : null}
        {member.readOnly ? <ReadOnlyBadge /> : null}
      </span>
      <span className="font-mono text-xs wrap-anywhere text-muted">{member.email}</span>
    </span>
  );
}

function Deeds({ member, tenant, me }: { member: Member; tenant: string; me: Me }) {
  const mine = mayChangeRole(me.role, member.role, null);
  const isMe = member.id === me.id;
  return (
    <span className="inline-flex flex-wrap justify-end @max-2xl:-ml-2 @max-2xl:justify-start @4xl:flex-nowrap">
      {mine ? <ChangeRole tenant={tenant} of={member} roles={rolesToGive(me.role)} /> : null}
      {me.role === "owner" && member.role !== "owner" ? <HandOver tenant={tenant} to={member} /> : null}
      {mine && !isMe ? <RemoveMember tenant={tenant} of={member} /> : null}
      {isMe ? <LeaveWorkspace tenant={tenant} workingKeys={member.workingKeys} /> : null}
    </span>
  );
}
