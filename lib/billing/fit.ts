/** What a smaller plan has no room for. Nothing is deleted: what does not fit is read-only until there is room. */
import { AppError } from "@/lib/core/errors";
import { MINUTE_MS } from "@/lib/core/time";
import { withTenant, type Tx } from "@/lib/platform/db";
import { splitAt, stopReason, type Split } from "@/lib/billing/room/policy";
import { findLimits, listAgentsByAge, listMembersBySeat, listRunningSchedules } from "@/lib/billing/room/repo";
import type { PlanId } from "@/lib/billing/plans";

export type FitAgent = { id: string; slug: string; name: string };
export type FitMember = { id: string; name: string; email: string; role: string };
/** A schedule that would start nothing any more: its agent, or who made it, would be read-only. */
export type FitSchedule = { id: string; agent: { slug: string; name: string }; reason: "agent" | "member" };

/** What a plan would leave of a workspace. Durations in ms; a limit of null: any number. */
export type Fit = {
  /** True when nothing would change but numbers that nobody has reached. */
  fits: boolean;
  agents: Split<FitAgent>;
  members: Split<FitMember>;
  schedules: FitSchedule[];
  concurrentRuns: { now: number; then: number };
  /** `agents`: those whose own limit is longer than the plan would let them run. */
  longestRun: { nowMs: number; thenMs: number; agents: FitAgent[] };
};

/** What would not fit if this plan were in force now, with what staff agreed beside it. @throws AppError `not_found` */
export function whatWillNotFit(tenantId: string, planId: PlanId): Promise<Fit> {
  return withTenant(tenantId, (tx) => fitInto(tx, tenantId, planId));
}

/** As {@link whatWillNotFit}, inside a transaction of the tenant. */
export async function fitInto(tx: Tx, tenantId: string, planId: PlanId): Promise<Fit> {
  const limits = await findLimits(tx, tenantId, planId);
  if (!limits) throw new AppError("not_found", "There is no such workspace or plan.");
  const { now, then } = limits;
  const ours = await listAgentsByAge(tx, tenantId);
  const agents = splitAt(ours.map(toFitAgent), then.agents);
  const members = splitAt(await listMembersBySeat(tx, tenantId), then.members);
  const readOnly = { agents: new Set(agents.readOnly.map(({ id }) => id)), members: new Set(members.readOnly.map(({ id }) => id)) };
  const schedules: FitSchedule[] = [];
  for (const schedule of await listRunningSchedules(tx, tenantId)) {
    const reason = stopReason(schedule, readOnly);
    if (reason) schedules.push({ id: schedule.id, agent: schedule.agent, reason });
  }
  const cut = ours.filter(({ max_minutes }) => max_minutes !== null && max_minutes * MINUTE_MS > then.longest_run_ms).map(toFitAgent);
  return {
    fits: agents.readOnly.length + members.readOnly.length + schedules.length + cut.length === 0,
    agents, members, schedules,
    concurrentRuns: { now: now.concurrent_runs, then: then.concurrent_runs },
    longestRun: { nowMs: now.longest_run_ms, thenMs: then.longest_run_ms, agents: cut },
  };
}

/** How many agents and members would be more than a plan has room for, inside a transaction of the tenant. */
export async function countExcess(tx: Tx, tenantId: string, planId: PlanId): Promise<{ agents: number; members: number }> {
  const { agents, members } = await fitInto(tx, tenantId, planId);
  return { agents: agents.readOnly.length, members: members.readOnly.length };
}

function toFitAgent({ id, slug, name }: FitAgent): FitAgent {
  return { id, slug, name };
}
