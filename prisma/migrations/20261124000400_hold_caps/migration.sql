-- Caps that move: overage with a spend limit, what staff agreed with one tenant, the tenant's own pause, and the platform's
-- own cap on a day's model spend. All of it is read where a lease is given, so a change acts on the next claim, and on
-- runs under way as soon as their worker asks what is new.

-- AlterTable
ALTER TABLE "plan" ADD COLUMN     "overage_micros_per_minute" BIGINT;
ALTER TABLE plan ADD CONSTRAINT plan_overage CHECK (overage_micros_per_minute > 0);

-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "overage_enabled" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "pause_waived_for" TIMESTAMPTZ(3),
ADD COLUMN     "spend_limit_micros" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenant ADD CONSTRAINT tenant_spend_limit CHECK (spend_limit_micros >= 0);
CREATE INDEX tenant_paused_at_twice_quota ON tenant (id) WHERE pause_reason = 'twice_quota';

-- CreateTable
CREATE TABLE "tenant_override" (
    "tenant_id" TEXT NOT NULL,
    "minutes_ms" BIGINT,
    "model_spend_micros" BIGINT,
    "api_calls" BIGINT,
    "overage_micros_per_minute" BIGINT,
    "requests_per_minute" INTEGER,
    "concurrent_runs" INTEGER,
    "queue_depth" INTEGER,
    "longest_run_ms" BIGINT,
    "agents" INTEGER,
    "members" INTEGER,
    "reason" TEXT NOT NULL,
    "set_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_override_pkey" PRIMARY KEY ("tenant_id")
);
-- AddForeignKey
ALTER TABLE "tenant_override" ADD CONSTRAINT "tenant_override_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE tenant_override ADD CONSTRAINT tenant_override_not_negative CHECK (
  minutes_ms >= 0 AND model_spend_micros >= 0 AND api_calls >= 0 AND overage_micros_per_minute > 0 AND requests_per_minute > 0
  AND concurrent_runs >= 0 AND queue_depth >= 0 AND longest_run_ms > 0 AND agents >= 0 AND members >= 1);
SELECT wall_in('tenant_override');
GRANT SELECT ON tenant_override TO stint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_override TO stint_system;
-- Staff pause and resume; at twice the quota the platform does.
GRANT UPDATE ON tenant TO stint_system;
GRANT SELECT, INSERT ON audit_log TO stint_system;

-- CreateTable
CREATE TABLE "platform_spend" (
    "day" DATE NOT NULL,
    "micros" BIGINT NOT NULL DEFAULT 0,
    "limit_micros" BIGINT,
    "tripped_at" TIMESTAMPTZ(3),
    "lifted_at" TIMESTAMPTZ(3),
    "lifted_by" TEXT,

    CONSTRAINT "platform_spend_pkey" PRIMARY KEY ("day")
);
GRANT SELECT ON platform_spend TO stint_app;
GRANT SELECT, INSERT, UPDATE ON platform_spend TO stint_system;

-- What a tenant may use now, before usage itself moves it: see `caps_of`. One place: plan, then what staff agreed with the
-- tenant, then the owner's choice. A quota "by contract" without a contract is zero.
DROP VIEW effective_limit;
CREATE VIEW effective_limit WITH (security_invoker = true) AS
  SELECT t.id AS tenant_id,
         coalesce(o.minutes_ms, p.minutes_ms, 0) AS quota_ms,
         coalesce(o.model_spend_micros, p.model_spend_micros, 0) AS quota_micros,
         coalesce(o.api_calls, p.api_calls, 0) AS cap_calls,
         t.spend_limit_micros,
         coalesce(o.overage_micros_per_minute, p.overage_micros_per_minute) AS overage_micros_per_minute,
         t.overage_enabled AND coalesce(o.overage_micros_per_minute, p.overage_micros_per_minute) IS NOT NULL AS overage_enabled,
         coalesce(o.requests_per_minute, p.requests_per_minute) AS requests_per_minute,
         coalesce(o.concurrent_runs, p.concurrent_runs) AS concurrent_runs,
         coalesce(o.queue_depth, p.queue_depth) AS queue_depth,
         coalesce(o.longest_run_ms, p.longest_run_ms) AS longest_run_ms,
         coalesce(o.agents, p.agents) AS agents,
         coalesce(o.members, p.members) AS members
  FROM tenant t JOIN plan p ON p.id = t.plan_id
  LEFT JOIN tenant_override o ON o.tenant_id = t.id AND (o.expires_at IS NULL OR o.expires_at > now());
GRANT SELECT ON effective_limit TO stint_app, stint_system;

-- The billing period that holds an instant, as before, in a form that the planner can put in place: it is asked for every
-- request. Months are counted from the anchor itself, so that an anchor on the 31st does not drift after a short month.
DROP FUNCTION period_bounds(timestamptz, timestamptz);
CREATE FUNCTION period_bounds(p_anchor timestamptz, p_at timestamptz) RETURNS TABLE (period_start timestamptz, period_end timestamptz)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT (c.anchor + make_interval(months => c.months)) AT TIME ZONE 'UTC', (c.anchor + make_interval(months => c.months + 1)) AT TIME ZONE 'UTC'
  FROM (
    SELECT b.anchor, CASE WHEN b.anchor + make_interval(months => b.months) > b.at THEN b.months - 1 ELSE b.months END AS months
    FROM (
      SELECT a.anchor, a.at, ((date_part('year', a.at) - date_part('year', a.anchor)) * 12 + date_part('month', a.at) - date_part('month', a.anchor))::int AS months
      FROM (SELECT coalesce(p_anchor AT TIME ZONE 'UTC', timestamp '2000-01-01') AS anchor, p_at AT TIME ZONE 'UTC' AS at) a
    ) b
  ) c;
$$;

-- The caps at a given use (used and leased together). Without overage: the quotas. With it, minutes and model spend past
-- their quotas draw on the one spend limit, so that both together never cost more than the owner allowed; minutes end at
-- twice the quota whatever the limit.
CREATE FUNCTION caps_of(p_quota_ms bigint, p_quota_micros bigint, p_spend_limit_micros bigint, p_micros_per_minute bigint, p_overage boolean,
                        p_ms bigint, p_micros bigint) RETURNS TABLE (cap_ms bigint, cap_micros bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT CASE WHEN NOT p_overage THEN p_quota_ms
              ELSE least(2 * p_quota_ms, p_quota_ms + floor(greatest(0, p_spend_limit_micros - greatest(0, p_micros - p_quota_micros)) * 60000.0 / p_micros_per_minute))::bigint END,
         CASE WHEN NOT p_overage THEN p_quota_micros
              ELSE p_quota_micros + greatest(0, p_spend_limit_micros - ceil(greatest(0, p_ms - p_quota_ms) * p_micros_per_minute / 60000.0))::bigint END;
$$;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- Milliseconds that a tenant may still lease. The caller holds the counter.
CREATE FUNCTION free_tenant_ms(p_counter usage_counter) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.cap_ms - p_counter.used_ms - p_counter.leased_ms
  FROM effective_limit l CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
    p_counter.used_ms + p_counter.leased_ms, p_counter.used_micros + p_counter.leased_micros) c
  WHERE l.tenant_id = p_counter.tenant_id;
$$;

-- Micro-dollars of model spend that a tenant may still lease. The caller holds the counter.
CREATE FUNCTION free_tenant_micros(p_counter usage_counter) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.cap_micros - p_counter.used_micros - p_counter.leased_micros
  FROM effective_limit l CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
    p_counter.used_ms + p_counter.leased_ms, p_counter.used_micros + p_counter.leased_micros) c
  WHERE l.tenant_id = p_counter.tenant_id;
$$;

-- As before, and the cap is what it is at this use; and nothing is claimed while the platform's own cap has tripped.
CREATE OR REPLACE FUNCTION claim_run(p_worker_id text, p_slice_ms bigint, p_least_ms bigint)
RETURNS TABLE (outcome text, run_id text, tenant_id text, fence bigint, granted_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  candidate record;
  locked record;
  next_run run;
  free_ms bigint;
  key_free_ms bigint;
  grant_ms bigint;
  to_period_end_ms bigint;
BEGIN
  -- The operator's own cap on a day's model spend: nothing new begins anywhere until tomorrow, or until it is lifted.
  IF EXISTS (SELECT 1 FROM platform_spend s WHERE s.day = (now() AT TIME ZONE 'UTC')::date AND s.tripped_at IS NOT NULL AND s.lifted_at IS NULL) THEN
    RETURN;
  END IF;
  FOR candidate IN
    WITH RECURSIVE head AS (
      (SELECT r.tenant_id, r.id FROM run r WHERE r.status = 'queued' ORDER BY r.tenant_id, r.id LIMIT 1)
      UNION ALL
      SELECT n.tenant_id, n.id FROM head h CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.id FROM run r WHERE r.status = 'queued' AND r.tenant_id > h.tenant_id ORDER BY r.tenant_id, r.id LIMIT 1) n
    )
    SELECT h.tenant_id, l.concurrent_runs
    FROM head h
    JOIN tenant t ON t.id = h.tenant_id AND t.paused_at IS NULL
    JOIN effective_limit l ON l.tenant_id = h.tenant_id
    CROSS JOIN LATERAL (SELECT count(*) AS running FROM run r WHERE r.tenant_id = h.tenant_id AND r.status = 'running') c
    WHERE c.running < l.concurrent_runs
    ORDER BY c.running, h.id
    LIMIT 32
  LOOP
    BEGIN
      SELECT * INTO locked FROM lock_counter(candidate.tenant_id);
      -- Counted again under the counter's lock, which every claim for this tenant takes: now the count is exact.
      IF (SELECT count(*) FROM run r WHERE r.tenant_id = candidate.tenant_id AND r.status = 'running') >= candidate.concurrent_runs THEN
        RAISE SQLSTATE 'ST001';
      END IF;

      SELECT r.* INTO next_run FROM run r
      WHERE r.tenant_id = candidate.tenant_id AND r.status = 'queued'
        -- A run whose key has given out the rest of its cap waits for what comes back, and nobody waits behind it.
        AND NOT EXISTS (SELECT 1 FROM api_key k JOIN key_counter c ON c.tenant_id = k.tenant_id AND c.api_key_id = k.id
                        WHERE k.tenant_id = r.tenant_id AND k.id = r.api_key_id AND c.period_start = (locked.counter).period_start
                          AND c.leased_ms > 0 AND k.monthly_cap_ms - c.used_ms - c.leased_ms < p_least_ms)
      ORDER BY r.id LIMIT 1 FOR UPDATE SKIP LOCKED;
      IF NOT FOUND THEN
        RAISE SQLSTATE 'ST001';
      END IF;

      IF next_run.max_ms - next_run.executed_ms < p_least_ms AND next_run.executed_ms > 0 THEN
        PERFORM end_run(next_run.tenant_id, next_run.id, 'timed_out', NULL, 'run_timed_out', 'The run reached its longest allowed time.');
        RETURN QUERY SELECT 'ended', next_run.id, next_run.tenant_id, next_run.fence, 0::bigint;
        RETURN;
      END IF;

      free_ms := free_tenant_ms(locked.counter);
      IF free_ms < p_least_ms THEN
        -- What is leased may come back; only when nothing can is the run refused.
        IF (locked.counter).leased_ms > 0 THEN
          RAISE SQLSTATE 'ST001';
        END IF;
        PERFORM end_run(next_run.tenant_id, next_run.id, 'stopped', NULL, 'minutes_cap_reached',
                        'The workspace has no agent-minutes left in this period. Nothing was billed for this run.');
        RETURN QUERY SELECT 'ended', next_run.id, next_run.tenant_id, next_run.fence, 0::bigint;
        RETURN;
      END IF;

      key_free_ms := free_key_ms(next_run.tenant_id, next_run.api_key_id, (locked.counter).period_start);
      IF key_free_ms < p_least_ms THEN
        PERFORM end_run(next_run.tenant_id, next_run.id, 'stopped', NULL, 'key_cap_reached',
                        'The API key of this run has no agent-minutes of its own left in this period. Nothing more was billed for this run.');
        RETURN QUERY SELECT 'ended', next_run.id, next_run.tenant_id, next_run.fence, 0::bigint;
        RETURN;
      END IF;

      to_period_end_ms := greatest(1, floor(extract(epoch FROM locked.period_end - clock_timestamp()) * 1000)::bigint);
      grant_ms := greatest(1, least(p_slice_ms, free_ms, key_free_ms, next_run.max_ms - next_run.executed_ms, to_period_end_ms));
      UPDATE usage_counter c SET leased_ms = c.leased_ms + grant_ms
      WHERE c.tenant_id = next_run.tenant_id AND c.period_start = (locked.counter).period_start;
      PERFORM lease_key_ms(next_run.tenant_id, next_run.api_key_id, (locked.counter).period_start, grant_ms);
      UPDATE run r SET status = 'running', worker_id = p_worker_id, fence = r.fence + 1, attempt = r.attempt + 1,
                       started_at = coalesce(r.started_at, clock_timestamp()), lease_ms = grant_ms,
                       lease_period_start = (locked.counter).period_start,
                       lease_expires_at = clock_timestamp() + make_interval(secs => grant_ms / 1000.0)
      WHERE r.id = next_run.id;
      PERFORM append_event(next_run.tenant_id, next_run.id, 'run.started', jsonb_build_object('attempt', next_run.attempt + 1));
      RETURN QUERY SELECT 'claimed', next_run.id, next_run.tenant_id, next_run.fence + 1, grant_ms;
      RETURN;
    EXCEPTION WHEN SQLSTATE 'ST001' THEN
      -- Nothing to claim here. Leaving this way gives the counter's lock back: a claim never holds two tenants' counters,
      -- so it cannot wait in a circle with an admit, which takes several.
      NULL;
    END;
  END LOOP;
END $$;


-- As before, and the cap is what it is at this use.
CREATE OR REPLACE FUNCTION renew_lease(p_run_id text, p_fence bigint, p_worked_ms bigint, p_slice_ms bigint, p_least_ms bigint)
RETURNS TABLE (outcome text, granted_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  held run;
  locked record;
  paused boolean;
  left_ms bigint;
  free_ms bigint;
  key_free_ms bigint;
  grant_ms bigint;
  verdict text;
BEGIN
  held := lock_held_run(p_run_id, p_fence);
  IF held.id IS NULL THEN
    RETURN QUERY SELECT 'lost', 0::bigint;
    RETURN;
  END IF;
  left_ms := held.max_ms - held.executed_ms - settle_time(held, p_worked_ms, true);
  SELECT * INTO locked FROM lock_counter(held.tenant_id);
  SELECT t.paused_at IS NOT NULL INTO paused FROM tenant t WHERE t.id = held.tenant_id;
  free_ms := free_tenant_ms(locked.counter);
  key_free_ms := free_key_ms(held.tenant_id, held.api_key_id, (locked.counter).period_start);
  verdict := CASE WHEN held.cancel_requested_at IS NOT NULL THEN 'canceled'
                  WHEN paused THEN 'paused'
                  WHEN left_ms < p_least_ms THEN 'timed_out'
                  WHEN free_ms < p_least_ms THEN 'cap_reached'
                  WHEN key_free_ms < p_least_ms THEN 'key_cap_reached'
                  ELSE 'renewed' END;
  grant_ms := CASE WHEN verdict = 'renewed' THEN greatest(1, least(p_slice_ms, free_ms, key_free_ms, left_ms,
                greatest(1, floor(extract(epoch FROM locked.period_end - clock_timestamp()) * 1000)::bigint))) ELSE 0 END;
  UPDATE usage_counter c SET leased_ms = c.leased_ms + grant_ms
  WHERE c.tenant_id = held.tenant_id AND c.period_start = (locked.counter).period_start;
  PERFORM lease_key_ms(held.tenant_id, held.api_key_id, (locked.counter).period_start, grant_ms);
  -- A worker that was told to stop still has to say goodbye; it gets a moment without a lease to spend.
  UPDATE run r SET lease_ms = grant_ms, lease_period_start = (locked.counter).period_start,
                   lease_expires_at = clock_timestamp() + make_interval(secs => greatest(grant_ms, 5000) / 1000.0)
  WHERE r.id = held.id;
  RETURN QUERY SELECT verdict, grant_ms;
END $$;

-- Reserves model spend before a model call. `reserved`; `wait`: it would fit but for what other leases hold, and most of that comes
-- back; `refused`: the rest of the cap does not cover it; `lost`: somebody else holds the run.
DROP FUNCTION reserve_spend(text, bigint, bigint);
CREATE FUNCTION reserve_spend(p_run_id text, p_fence bigint, p_micros bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  seen run;
  held run;
  locked record;
  settled usage_counter;
BEGIN
  SELECT r.* INTO seen FROM run r WHERE r.id = p_run_id AND r.fence = p_fence AND r.status = 'running';
  IF NOT FOUND THEN
    RETURN 'lost';
  END IF;
  SELECT * INTO locked FROM lock_counter(seen.tenant_id);
  SELECT r.* INTO held FROM run r WHERE r.id = p_run_id AND r.fence = p_fence AND r.status = 'running' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'lost';
  ELSIF held.lease_micros > 0 THEN
    RETURN 'refused';
  END IF;
  IF p_micros > free_tenant_micros(locked.counter) THEN
    settled := locked.counter;
    settled.leased_ms := 0;
    settled.leased_micros := 0;
    RETURN CASE WHEN p_micros <= free_tenant_micros(settled) THEN 'wait' ELSE 'refused' END;
  END IF;
  UPDATE usage_counter c SET leased_micros = c.leased_micros + p_micros
  WHERE c.tenant_id = held.tenant_id AND c.period_start = (locked.counter).period_start;
  UPDATE run SET lease_micros = p_micros, spend_period_start = (locked.counter).period_start WHERE id = held.id;
  RETURN 'reserved';
END $$;
REVOKE ALL ON FUNCTION reserve_spend(text, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reserve_spend(text, bigint, bigint) TO stint_app;

-- As before, and `recheck`: more is used and leased than may be, because a cap was lowered. The worker settles what it
-- worked and asks for its next slice at once; who no longer fits is told then.
CREATE OR REPLACE FUNCTION run_signals(p_run_ids text[], p_fences bigint[])
RETURNS TABLE (run_id text, signal text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.run_id, s.signal FROM (
    SELECT a.run_id, CASE WHEN r.id IS NULL THEN 'lost' WHEN r.cancel_requested_at IS NOT NULL THEN 'canceled' WHEN t.paused_at IS NOT NULL THEN 'paused'
                          WHEN free_tenant_ms(c) < 0 OR free_key_ms(r.tenant_id, r.api_key_id, r.lease_period_start) < 0 THEN 'recheck' END AS signal
    FROM unnest(p_run_ids, p_fences) AS a (run_id, fence)
    LEFT JOIN run r ON r.id = a.run_id AND r.fence = a.fence AND r.status = 'running'
    LEFT JOIN tenant t ON t.id = r.tenant_id
    LEFT JOIN usage_counter c ON c.tenant_id = r.tenant_id AND c.period_start = r.lease_period_start) s
  WHERE s.signal IS NOT NULL;
$$;

REVOKE ALL ON FUNCTION free_tenant_ms(usage_counter), free_tenant_micros(usage_counter) FROM PUBLIC;
RESET ROLE;

-- As before, and the caps are what they are at this use, with what they are made of beside them.
DROP FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]);
CREATE FUNCTION admit(p_hashes text[], p_user_ids text[], p_session_versions int[], p_slugs text[], p_asked int[], p_addresses text[], p_session_ids text[])
RETURNS TABLE (
  ord int, granted int, tenant_id text, tenant_slug text, tenant_name text, plan_id text,
  paused_at timestamptz, pause_reason text, api_key_id text, api_key_name text, user_id text, role text, scopes text[],
  period_start timestamptz, period_end timestamptz,
  used_ms bigint, leased_ms bigint, used_micros bigint, leased_micros bigint, calls bigint,
  cap_ms bigint, cap_micros bigint, cap_calls bigint,
  requests_per_minute int, concurrent_runs int, queue_depth int, longest_run_ms bigint, agents int,
  address_allowed boolean, key_requests_per_minute int, two_factor_missing boolean, delete_after timestamptz,
  quota_ms bigint, quota_micros bigint, spend_limit_micros bigint, overage_micros_per_minute bigint, overage_enabled boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  -- The first request of a period makes its counter. What is already there is not written to.
  INSERT INTO usage_counter (tenant_id, period_start)
  SELECT DISTINCT t.id, b.period_start
  FROM (
    SELECT k.tenant_id FROM unnest(p_hashes) h JOIN api_key k ON k.hash = decode(h, 'hex')
    UNION ALL
    SELECT k.tenant_id FROM unnest(p_hashes) h JOIN api_key k ON k.previous_hash = decode(h, 'hex')
    UNION ALL
    SELECT s.id FROM unnest(p_slugs) l JOIN tenant s ON s.slug = l) a
  JOIN tenant t ON t.id = a.tenant_id
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  WHERE NOT EXISTS (SELECT 1 FROM usage_counter c WHERE c.tenant_id = t.id AND c.period_start = b.period_start)
  ORDER BY 1
  ON CONFLICT DO NOTHING;

  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT a.ord::int, decode(a.hash, 'hex') AS hash, a.user_id, a.session_version, a.slug, a.asked, a.address::inet AS address, a.session_id
    FROM unnest(p_hashes, p_user_ids, p_session_versions, p_slugs, p_asked, p_addresses, p_session_ids)
         WITH ORDINALITY AS a(hash, user_id, session_version, slug, asked, address, session_id, ord)
  ), key AS (
    -- By its newest secret, or by the one before until the grace of the rotation ends: as `key_of_secret`, for many at once.
    SELECT a.ord, a.asked, a.address, k.* FROM asked a JOIN api_key k ON k.hash = a.hash
    UNION ALL
    SELECT a.ord, a.asked, a.address, k.* FROM asked a JOIN api_key k ON k.previous_hash = a.hash AND k.previous_expires_at > now()
  ), principal AS MATERIALIZED (
    SELECT k.ord, CASE WHEN g.address_allowed THEN k.asked ELSE 0 END AS asked, k.tenant_id, k.id AS api_key_id, k.name AS api_key_name,
           k.created_by AS user_id, m.role, k.scopes, g.address_allowed, k.requests_per_minute AS key_requests_per_minute, false AS two_factor_missing,
           k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS touch
    FROM key k
    -- A call from an address that the key does not allow is not counted: whoever stole a key could use up the quota.
    CROSS JOIN LATERAL (SELECT cardinality(k.allowed_cidrs) = 0 OR coalesce(k.address <<= ANY (k.allowed_cidrs), false) AS address_allowed) g
    LEFT JOIN member m ON m.tenant_id = k.tenant_id AND m.user_id = k.created_by
    WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    UNION ALL
    -- A member who lacks the second factor that the tenant asks for may do nothing, so nothing is counted either.
    SELECT a.ord, CASE WHEN f.missing THEN 0 ELSE a.asked END, t.id, NULL, NULL, u.id, m.role, NULL, true, NULL, f.missing, false
    FROM asked a
    CROSS JOIN LATERAL live_user(a.user_id, a.session_version, a.session_id) u
    JOIN tenant t ON t.slug = a.slug
    JOIN member m ON m.tenant_id = t.id AND m.user_id = u.id
    CROSS JOIN LATERAL (SELECT t.require_two_factor AND u.totp_enabled_at IS NULL AS missing) f
    WHERE a.user_id IS NOT NULL
  ), period AS MATERIALIZED (
    SELECT t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason, t.delete_after, b.period_start, b.period_end, a.counts, l.*
    FROM (SELECT p.tenant_id, bool_or(p.asked > 0) AS counts FROM principal p GROUP BY 1) a
    JOIN tenant t ON t.id = a.tenant_id
    JOIN effective_limit l ON l.tenant_id = t.id
    CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  ), counter AS MATERIALIZED (
    -- Rows are locked in one order, so that two batches can wait for each other but never in a circle. A batch that
    -- counts nothing (free routes) takes no lock.
    SELECT c.* FROM usage_counter c JOIN period t ON t.id = c.tenant_id AND t.period_start = c.period_start
    WHERE t.counts ORDER BY c.tenant_id FOR UPDATE OF c
  ), usage AS MATERIALIZED (
    SELECT * FROM counter
    UNION ALL
    SELECT c.* FROM usage_counter c JOIN period t ON t.id = c.tenant_id AND t.period_start = c.period_start WHERE NOT t.counts
  ), decided AS MATERIALIZED (
    SELECT p.*, t.period_start,
           greatest(0, least(p.asked, t.cap_calls - u.calls
             - coalesce(sum(p.asked) OVER (PARTITION BY p.tenant_id ORDER BY p.ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)))::int
             AS granted
    FROM principal p
    JOIN period t ON t.id = p.tenant_id
    JOIN usage u ON u.tenant_id = p.tenant_id
  ), count_calls AS (
    UPDATE usage_counter c SET calls = c.calls + d.granted
    FROM (SELECT tenant_id, period_start, sum(granted) AS granted FROM decided GROUP BY 1, 2) d
    WHERE c.tenant_id = d.tenant_id AND c.period_start = d.period_start AND d.granted > 0
  ), write_ledger AS (
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, api_key_id)
    SELECT d.tenant_id, d.period_start, 'api_calls', sum(d.granted), d.api_key_id
    FROM decided d
    WHERE d.granted > 0
    GROUP BY d.tenant_id, d.period_start, d.api_key_id
  ), touch_keys AS (
    -- At most one write a minute and key. Whoever finds the row locked leaves it be: waiting here could close a circle.
    UPDATE api_key k SET last_used_at = now()
    WHERE k.id IN (
      SELECT f.id FROM api_key f
      WHERE f.id = ANY (ARRAY(SELECT d.api_key_id FROM decided d WHERE d.address_allowed AND d.touch))
        AND (f.last_used_at IS NULL OR f.last_used_at < now() - interval '1 minute')
      FOR UPDATE SKIP LOCKED)
  )
  SELECT d.ord, d.granted, t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason,
         d.api_key_id, d.api_key_name, d.user_id, d.role, d.scopes, t.period_start, t.period_end,
         u.used_ms, u.leased_ms, u.used_micros, u.leased_micros,
         u.calls + (sum(d.granted) OVER (PARTITION BY d.tenant_id))::bigint,
         c.cap_ms, c.cap_micros, t.cap_calls,
         t.requests_per_minute, t.concurrent_runs, t.queue_depth, t.longest_run_ms, t.agents,
         d.address_allowed, d.key_requests_per_minute, d.two_factor_missing, t.delete_after,
         t.quota_ms, t.quota_micros, t.spend_limit_micros, t.overage_micros_per_minute, t.overage_enabled
  FROM decided d
  JOIN period t ON t.id = d.tenant_id
  JOIN usage u ON u.tenant_id = d.tenant_id
  CROSS JOIN LATERAL caps_of(t.quota_ms, t.quota_micros, t.spend_limit_micros, t.overage_micros_per_minute, t.overage_enabled,
                             u.used_ms + u.leased_ms, u.used_micros + u.leased_micros) c;
END $$;

-- As before, with the caps as they are at this use.
CREATE OR REPLACE FUNCTION staff_list_tenants(p_staff_id text, p_before text, p_most int)
RETURNS TABLE (tenant_id text, slug text, name text, plan_id text, paused_at timestamptz, created_at timestamptz, members bigint,
               used_ms bigint, used_micros bigint, calls bigint, cap_ms bigint, cap_micros bigint, cap_calls bigint, last_activity_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM user_account u WHERE u.id = p_staff_id AND u.is_staff) THEN
    RAISE EXCEPTION 'staff only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
  SELECT t.id, t.slug, t.name, t.plan_id, t.paused_at, t.created_at,
         (SELECT count(*) FROM member m WHERE m.tenant_id = t.id),
         coalesce(c.used_ms, 0), coalesce(c.used_micros, 0), coalesce(c.calls, 0), k.cap_ms, k.cap_micros, l.cap_calls,
         (SELECT max(h.hour) FROM usage_hourly h WHERE h.tenant_id = t.id)
  FROM tenant t
  JOIN effective_limit l ON l.tenant_id = t.id
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  LEFT JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
  CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                             coalesce(c.used_ms + c.leased_ms, 0), coalesce(c.used_micros + c.leased_micros, 0)) k
  WHERE p_before IS NULL OR t.id < p_before
  ORDER BY t.id DESC
  LIMIT p_most;
END $$;


ALTER FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]) OWNER TO stint_system;
REVOKE CREATE ON SCHEMA public FROM stint_system;
REVOKE ALL ON FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]) TO stint_app;
