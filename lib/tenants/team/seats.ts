import { AppError } from "@/lib/core/errors";
import type { Tx } from "@/lib/platform/db";
import { sellsPlans } from "@/lib/billing/service";
import { hasRoom } from "@/lib/tenants/policy";
import { countMemberRows, countOpenInvitationRows, findTeamSettings, type TeamSettings } from "@/lib/tenants/team/repo";

/** Who takes the plan's seats; `limit` null: any number. */
export type Seats = { limit: number | null; members: number; invitations: number };

/** Members and invitations that may still be accepted, against the plan. */
export async function countSeats(tx: Tx, tenantId: string): Promise<Seats> {
  const { seats } = await requireTeamSettings(tx, tenantId);
  return { limit: seats, members: await countMemberRows(tx, tenantId), invitations: await countOpenInvitationRows(tx, tenantId, new Date()) };
}

/**
 * Run under the tenant's lock. An invitation takes a seat beside the other invitations; whoever accepts one had it already
 * and only has to fit beside the members: the plan may have become smaller since.
 * @throws AppError `plan_required`
 */
export async function requireSeat(tx: Tx, tenantId: string, to: "invite" | "join"): Promise<void> {
  const { limit, members, invitations } = await countSeats(tx, tenantId);
  if (hasRoom(to === "invite" ? members + invitations : members, limit)) return;
  throw new AppError("plan_required", to === "join"
    ? `This workspace has no seat left: its plan includes ${limit}. Ask whoever invited you to make room; this invitation stays open meanwhile.`
    : `The plan includes ${limit} seats, and all are taken: ${members} by members, ${invitations} by open invitations. ${sellsPlans() ? "Revoke an invitation, remove a member, or choose a larger plan." : "Revoke an invitation or remove a member."}`);
}

export async function requireTeamSettings(tx: Tx, tenantId: string): Promise<TeamSettings> {
  const settings = await findTeamSettings(tx, tenantId);
  if (!settings) throw new AppError("not_found", "There is no such workspace.");
  return settings;
}
