import { ResendInvitation, RevokeInvitation } from "@/app/t/[tenant]/team/invitation-deeds";
import { InviteMember } from "@/app/t/[tenant]/team/invite-member";
import { RoleGuide, ROLE_WORDS } from "@/components/team/role-words";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Time } from "@/components/ui/time";
import type { OpenInvitation } from "@/lib/tenants/invitations";
import type { Role } from "@/lib/tenants/policy";

type InvitationsProps = { invitations: readonly OpenInvitation[]; tenant: string; roles: Role[] };

/** Invitations that nobody has accepted yet; where there are none, what one is and what the roles are for. */
export function Invitations({ invitations, tenant, roles }: InvitationsProps) {
  if (invitations.length === 0) {
    return (
      <EmptyState title="No open invitations" action={<InviteMember tenant={tenant} roles={roles} />} sample={<RoleGuide roles={roles} />}>
        An invitation is a mail with a link that works once and for 7 days. Whoever accepts it gets the role that you choose; you can change it at any time.
      </EmptyState>
    );
  }
  return (
    <section aria-labelledby="open-invitations" className="grid gap-3">
      <h2 id="open-invitations" className="text-base font-medium">Open invitations</h2>
      <DataTable
        caption="Open invitations of this workspace"
        rows={invitations}
        rowKey={(invitation) => invitation.id}
        columns={[
          { id: "email", header: "E-mail", primary: true, cell: (invitation) => <span className="font-mono wrap-anywhere">{invitation.email}</span> },
          { id: "role", header: "Role", cell: (invitation) => ROLE_WORDS[invitation.role].name },
          { id: "by", header: "Invited by", cell: (invitation) => invitation.invitedBy ?? "somebody who left" },
          { id: "expires", header: "Expires", align: "right", cell: (invitation) => <End of={invitation} /> },
          { id: "deeds", header: "", align: "right", cell: (invitation) => (roles.includes(invitation.role) ? <Deeds of={invitation} tenant={tenant} /> : null) },
        ]}
      />
    </section>
  );
}

function End({ of }: { of: OpenInvitation }) {
  if (of.status === "expired") return <Badge tone="warn" title="Send it again for another 7 days.">Expired</Badge>;
  if (of.status === "void") return <Badge tone="bad" title="Whoever invited may not give this role any more, or the address is in no allowed domain. Send it again in your own name, or revoke it.">Not valid any more</Badge>;
  return <Time at={of.expiresAt} />;
}

function Deeds({ of, tenant }: { of: OpenInvitation; tenant: string }) {
  return (
    <span className="inline-flex @max-2xl:-ml-2">
      <ResendInvitation tenant={tenant} id={of.id} email={of.email} />
      <RevokeInvitation tenant={tenant} id={of.id} email={of.email} />
    </span>
  );
}
