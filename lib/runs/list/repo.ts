/**
 * A page of the list of runs under any filter, from an index. Where no index has a filter's rows in the order of their
 * ids, the page is merged from those of each status and depth, of which there are few; see the migration that made them.
 */
import { Prisma } from "@/prisma/generated/client";
import { newId } from "@/lib/core/ids";
import { MINUTE_MS } from "@/lib/core/time";
import type { Tx } from "@/lib/platform/db";
import { MAX_DEPTH } from "@/lib/runs/policy";
import { isEnded, RUN_STATUSES, type RunStatus } from "@/lib/runs/schema";

export type RunPage = {
  /** Rows to read at most. */
  most: number;
  cursor?: string | undefined;
  status?: RunStatus | undefined;
  agentId?: string | undefined;
  apiKeyId?: string | undefined;
  /** Without the runs that other runs handed out. */
  firstOnly?: boolean | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
  parentRunId?: string | undefined;
  previousRunId?: string | undefined;
};

/** An id is made a moment before its row, by another clock. */
const CLOCKS_DIFFER_MS = MINUTE_MS;

/** The ids of a page, newest first. */
export async function listRunIds(tx: Tx, tenantId: string, page: RunPage): Promise<string[]> {
  return (await tx.$queryRaw<{ id: string }[]>(pageStatement(tenantId, page))).map(({ id }) => id);
}

export type GlanceRow = { id: string; beginning: string | null; keyName: string | null; scheduled: boolean };

/** The first `most` characters of these runs' inputs, of which no more is read, and by what they were asked for. Null: the contents were deleted. */
export function findGlanceRows(tx: Tx, tenantId: string, ids: readonly string[], most: number): Promise<GlanceRow[]> {
  return tx.$queryRaw<GlanceRow[]>`
    SELECT r.id, CASE WHEN r.content_deleted_at IS NULL THEN left(r.input, ${most}::int) END AS beginning, k.name AS "keyName", r.metadata ? 'schedule_id' AS scheduled
    FROM run r LEFT JOIN api_key k ON k.tenant_id = r.tenant_id AND k.id = r.api_key_id
    WHERE r.tenant_id = ${tenantId} AND r.id = ANY (${[...ids]}::text[])`;
}

/** The statement behind {@link listRunIds}, for tests that look at its plan. */
export function pageStatement(tenantId: string, page: RunPage): Prisma.Sql {
  const { status, agentId, apiKeyId, firstOnly, parentRunId, previousRunId } = page;
  const own = Prisma.sql`r.tenant_id = ${tenantId} ${within(page)}`;
  const top = Prisma.sql`ORDER BY r.id DESC LIMIT ${page.most}`;
  if (parentRunId !== undefined) return Prisma.sql`SELECT r.id FROM run r WHERE ${own} AND r.parent_run_id = ${parentRunId} ${top}`;
  if (previousRunId !== undefined) return Prisma.sql`SELECT r.id FROM run r WHERE ${own} AND r.previous_run_id = ${previousRunId} ${top}`;
  const named = Prisma.sql`${agentId === undefined ? Prisma.empty : Prisma.sql`AND r.agent_id = ${agentId}`} ${apiKeyId === undefined ? Prisma.empty : Prisma.sql`AND r.api_key_id = ${apiKeyId}`}`;
  const ordered = !firstOnly && apiKeyId === undefined && (status === undefined || agentId === undefined);
  if (ordered) return Prisma.sql`SELECT r.id FROM run r WHERE ${own} ${named} ${status === undefined ? Prisma.empty : Prisma.sql`AND r.status = ${status}`} ${top}`;

  const statuses = RUN_STATUSES.filter((each) => status === undefined || each === status);
  const ended = statuses.filter(isEnded).flatMap((each) => depths(firstOnly).map((depth) => Prisma.sql`(${each}, ${depth}::int)`));
  // Written out: PostgreSQL then sees that an index of such runs alone has them.
  const underWay = [...(statuses.includes("queued") ? [Prisma.sql`r.status = 'queued'`] : []), ...(statuses.includes("running") ? [Prisma.sql`r.status = 'running'`] : [])];
  const parts = [
    ...(ended.length === 0 ? [] : [Prisma.sql`
      SELECT p.id FROM (VALUES ${Prisma.join(ended)}) AS c (status, depth) CROSS JOIN LATERAL (
        SELECT r.id FROM run r WHERE ${own} ${named} AND r.depth = c.depth AND r.status = c.status AND r.status NOT IN ('queued', 'running') ${top}) p`]),
    // No more of these than the queue and the slots of the tenant hold.
    ...underWay.map((status) => Prisma.sql`(SELECT r.id FROM run r WHERE ${own} ${named} AND ${status} ${firstOnly ? Prisma.sql`AND r.depth = 0` : Prisma.empty} ${top})`),
  ];
  return Prisma.sql`SELECT m.id FROM (${Prisma.join(parts, " UNION ALL ")}) m ORDER BY m.id DESC LIMIT ${page.most}`;
}

function depths(firstOnly: boolean | undefined): number[] {
  return firstOnly ? [0] : Array.from({ length: MAX_DEPTH + 1 }, (_, depth) => depth);
}

/** Ids sort by time, so a period is a range of them in every index; the rows' own times cut its edges. */
function within({ cursor, createdAfter, createdBefore }: RunPage): Prisma.Sql {
  const parts = [
    ...(cursor === undefined ? [] : [Prisma.sql`r.id < ${cursor}`]),
    ...(createdAfter === undefined ? [] : [Prisma.sql`r.id >= ${firstIdAt(createdAfter.getTime() - CLOCKS_DIFFER_MS)} AND r.created_at >= ${createdAfter}`]),
    ...(createdBefore === undefined ? [] : [Prisma.sql`r.id < ${firstIdAt(createdBefore.getTime() + CLOCKS_DIFFER_MS)} AND r.created_at < ${createdBefore}`]),
  ];
  return parts.length === 0 ? Prisma.empty : Prisma.sql`AND ${Prisma.join(parts, " AND ")}`;
}

/** The first ten characters of an id are its time. */
function firstIdAt(ms: number): string {
  return newId("run", Math.max(0, ms)).slice(0, 14);
}
