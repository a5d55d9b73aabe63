-- Schedules, which start runs that no request asks for, and the indexes behind every filter of the list of runs.

-- CreateTable
CREATE TABLE "schedule" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "cron" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "next_run_at" TIMESTAMPTZ(3),
    "claimed_until" TIMESTAMPTZ(3),
    "last_run_id" TEXT,
    "last_run_at" TIMESTAMPTZ(3),
    "failure" TEXT,
    "failed_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "schedule_tenant_id_id_key" ON "schedule"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "schedule" ADD CONSTRAINT "schedule_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "schedule" ADD CONSTRAINT "schedule_tenant_id_agent_id_fkey" FOREIGN KEY ("tenant_id", "agent_id") REFERENCES "agent"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE schedule ADD CONSTRAINT schedule_next CHECK (enabled = (next_run_at IS NOT NULL)),
  ADD CONSTRAINT schedule_failure CHECK ((failure IS NULL) = (failed_at IS NULL));
CREATE INDEX schedule_due ON schedule (next_run_at) WHERE enabled;

SELECT wall_in('schedule');
GRANT SELECT, INSERT, UPDATE, DELETE ON schedule TO stint_app;
GRANT SELECT, UPDATE, DELETE ON schedule TO stint_system;

-- The list of runs by agent, by key and by both, of runs that have ended: within one status and one depth the ids stand in
-- order, and a page is merged from the few combinations there are. What has not ended is no more than a workspace's queue
-- and slots hold, and has indexes of its own. A run enters each of these once, when it ends.
CREATE INDEX run_ended ON run (tenant_id, depth, status, id) WHERE status NOT IN ('queued', 'running');
CREATE INDEX run_ended_agent ON run (tenant_id, agent_id, depth, status, id) WHERE status NOT IN ('queued', 'running');
CREATE INDEX run_ended_key ON run (tenant_id, api_key_id, depth, status, id) WHERE status NOT IN ('queued', 'running');
CREATE INDEX run_ended_agent_key ON run (tenant_id, agent_id, api_key_id, depth, status, id) WHERE status NOT IN ('queued', 'running');
CREATE INDEX run_continued ON run (tenant_id, previous_run_id, id) WHERE previous_run_id IS NOT NULL;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- What `admit` tells of a member, for work that no request asked for: nothing is authenticated and nothing counted. No row:
-- the tenant is gone, or the user is no member of it any more.
CREATE FUNCTION admit_member(p_tenant_id text, p_user_id text)
RETURNS TABLE (
  ord int, granted int, tenant_id text, tenant_slug text, tenant_name text, plan_id text,
  paused_at timestamptz, pause_reason text, api_key_id text, api_key_name text, user_id text, role text, scopes text[],
  period_start timestamptz, period_end timestamptz,
  used_ms bigint, leased_ms bigint, used_micros bigint, leased_micros bigint, calls bigint,
  cap_ms bigint, cap_micros bigint, cap_calls bigint,
  requests_per_minute int, concurrent_runs int, queue_depth int, longest_run_ms bigint, agents int,
  address_allowed boolean, key_requests_per_minute int, two_factor_missing boolean, delete_after timestamptz,
  quota_ms bigint, quota_micros bigint, spend_limit_micros bigint, overage_micros_per_minute bigint, overage_enabled boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT 1, 0, t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason, NULL, NULL, m.user_id, m.role, NULL::text[], b.period_start, b.period_end,
         coalesce(u.used_ms, 0), coalesce(u.leased_ms, 0), coalesce(u.used_micros, 0), coalesce(u.leased_micros, 0), coalesce(u.calls, 0),
         c.cap_ms, c.cap_micros, l.cap_calls, l.requests_per_minute, l.concurrent_runs, l.queue_depth, l.longest_run_ms, l.agents,
         true, NULL::int, false, t.delete_after, l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled
  FROM tenant t
  JOIN member m ON m.tenant_id = t.id AND m.user_id = p_user_id
  JOIN effective_limit l ON l.tenant_id = t.id
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  -- A period that nothing was counted in has no counter yet.
  LEFT JOIN usage_counter u ON u.tenant_id = t.id AND u.period_start = b.period_start
  CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                             coalesce(u.used_ms + u.leased_ms, 0), coalesce(u.used_micros + u.leased_micros, 0)) c
  WHERE t.id = p_tenant_id;
$$;

-- Schedules whose time has come, for one worker: no other gets them for a minute, in which it starts their runs. What was due
-- stays due until its run is queued or refused, so that a worker that dies loses nothing.
CREATE FUNCTION claim_schedules(p_most int)
RETURNS TABLE (tenant_id text, id text, due_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE schedule s SET claimed_until = clock_timestamp() + interval '1 minute'
  WHERE s.id IN (
    SELECT d.id FROM schedule d
    WHERE d.enabled AND d.next_run_at <= clock_timestamp() AND (d.claimed_until IS NULL OR d.claimed_until < clock_timestamp())
    ORDER BY d.next_run_at LIMIT p_most FOR UPDATE SKIP LOCKED)
  RETURNING s.tenant_id, s.id, s.next_run_at;
$$;

REVOKE ALL ON FUNCTION admit_member(text, text), claim_schedules(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admit_member(text, text), claim_schedules(int) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
