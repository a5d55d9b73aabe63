"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { landingOf } from "@/lib/http/sign-in";
import type { LimitCheck } from "@/lib/limits/limiter";
import { findInvitedAddress, inviteMember, resendInvitation, revokeInvitation } from "@/lib/tenants/invitations";
import { changeRole, leaveTenant, removeMember, transferOwnership } from "@/lib/tenants/members";
import { inviteSchema, roleSchema } from "@/lib/tenants/schema";

const memberInput = z.object({ member: z.string().max(64) });
const invitationInput = z.object({ invitation: z.string().max(64) });

/** A workspace mails so many invitations, and nobody gets more mail of ours than an hour's worth, whoever asks for it. */
function mailLimits(tenantId: string | null, email: string | null): LimitCheck[] {
  return [...(tenantId ? [{ policy: "invite", subject: tenantId } as const] : []), ...(email ? [{ policy: "mail", subject: email } as const] : [])];
}

export const inviteMemberAction = defineAction(
  { name: "invite_member", access: { kind: "tenant", permission: "team:write" }, input: inviteSchema, limits: ({ email }, { tenantId }) => mailLimits(tenantId, email) },
  async ({ actor, admission }, input) => {
    await inviteMember(actor, input);
    revalidatePath(`/t/${admission.tenant.slug}/team`);
    return {};
  },
);

export const resendInvitationAction = defineAction(
  {
    name: "resend_invitation", access: { kind: "tenant", permission: "team:write" }, input: invitationInput,
    limits: async ({ invitation }, { tenantId }) => mailLimits(tenantId, tenantId && (await findInvitedAddress(tenantId, invitation))),
  },
  async ({ actor, admission }, { invitation }) => {
    await resendInvitation(actor, invitation);
    revalidatePath(`/t/${admission.tenant.slug}/team`);
    return {};
  },
);

export const revokeInvitationAction = defineAction(
  { name: "revoke_invitation", access: { kind: "tenant", permission: "team:write" }, input: invitationInput },
  async ({ actor, admission }, { invitation }) => {
    await revokeInvitation(actor, invitation);
    revalidatePath(`/t/${admission.tenant.slug}/team`);
    return {};
  },
);

export const changeRoleAction = defineAction(
  { name: "change_role", access: { kind: "tenant", permission: "team:write" }, input: memberInput.extend({ role: roleSchema }) },
  async ({ actor, admission }, { member, role }) => {
    await changeRole(actor, member, role);
    revalidatePath(`/t/${admission.tenant.slug}`, "layout");
    return {};
  },
);

export const removeMemberAction = defineAction(
  { name: "remove_member", access: { kind: "tenant", permission: "team:write" }, input: memberInput },
  async ({ actor, admission }, { member }) => {
    await removeMember(actor, member);
    revalidatePath(`/t/${admission.tenant.slug}/team`);
    return {};
  },
);

export const transferOwnershipAction = defineAction(
  { name: "transfer_ownership", access: { kind: "tenant", permission: "team:write" }, input: memberInput },
  async ({ actor, admission }, { member }) => {
    await transferOwnership(actor, member);
    revalidatePath(`/t/${admission.tenant.slug}`, "layout");
    return {};
  },
);

/** Every role may read the team, and every member may leave it. Says where to go then. */
export const leaveWorkspaceAction = defineAction(
  { name: "leave_workspace", access: { kind: "tenant", permission: "team:read" }, input: z.object({}) },
  async ({ actor, user, session }) => {
    await leaveTenant(actor);
    return { to: await landingOf(user, session, null) };
  },
);
