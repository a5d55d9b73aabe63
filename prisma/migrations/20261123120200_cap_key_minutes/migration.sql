-- A key's own cap of agent-minutes a period. Its counter is kept for every key that starts runs, so that a cap that is set
-- in the middle of a period counts what was used before. The locking order: tenant's counter, key's counter, run; a
-- key's counter is only ever touched under the tenant's counter of the same period.

-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "monthly_cap_ms" BIGINT;

-- CreateTable
CREATE TABLE "key_counter" (
    "tenant_id" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "period_start" TIMESTAMPTZ(3) NOT NULL,
    "used_ms" BIGINT NOT NULL DEFAULT 0,
    "leased_ms" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "key_counter_pkey" PRIMARY KEY ("tenant_id","api_key_id","period_start")
);

ALTER TABLE api_key ADD CONSTRAINT api_key_monthly_cap CHECK (monthly_cap_ms > 0);
ALTER TABLE key_counter ADD CONSTRAINT key_counter_not_negative CHECK (used_ms >= 0 AND leased_ms >= 0);
ALTER TABLE key_counter SET (fillfactor = 50);
ALTER TABLE key_counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_counter FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON key_counter TO stint_app
  USING (tenant_id = NULLIF(current_setting('stint.tenant_id', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('stint.tenant_id', true), ''));
CREATE POLICY across_tenants ON key_counter TO stint_system USING (true) WITH CHECK (true);
GRANT SELECT ON key_counter TO stint_app;
GRANT SELECT, INSERT, UPDATE ON key_counter TO stint_system;

-- What the keys used and hold at this moment. The role that migrates may be held by row-level security; this one is not.
GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;
INSERT INTO key_counter (tenant_id, api_key_id, period_start, used_ms, leased_ms)
SELECT s.tenant_id, s.api_key_id, s.period_start, sum(s.used), sum(s.leased)
FROM (
  SELECT l.tenant_id, l.api_key_id, l.period_start, l.quantity AS used, 0 AS leased
  FROM ledger l WHERE l.meter = 'agent_ms' AND l.billed AND l.api_key_id IS NOT NULL
  UNION ALL
  SELECT r.tenant_id, r.api_key_id, r.lease_period_start, 0, r.lease_ms
  FROM run r WHERE r.lease_ms > 0 AND r.api_key_id IS NOT NULL
) s GROUP BY 1, 2, 3;

-- Milliseconds that a key may still lease in a period; null without a cap. The caller holds the tenant's counter.
CREATE FUNCTION free_key_ms(p_tenant_id text, p_api_key_id text, p_period_start timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT k.monthly_cap_ms - coalesce(c.used_ms + c.leased_ms, 0)
  FROM api_key k
  LEFT JOIN key_counter c ON c.tenant_id = k.tenant_id AND c.api_key_id = k.id AND c.period_start = p_period_start
  WHERE k.tenant_id = p_tenant_id AND k.id = p_api_key_id;
$$;

-- Books a lease on a key's counter. Does nothing for a run that no key started. The caller holds the tenant's counter.
CREATE FUNCTION lease_key_ms(p_tenant_id text, p_api_key_id text, p_period_start timestamptz, p_ms bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO key_counter AS c (tenant_id, api_key_id, period_start, leased_ms)
  SELECT p_tenant_id, p_api_key_id, p_period_start, p_ms WHERE p_api_key_id IS NOT NULL
  ON CONFLICT (tenant_id, api_key_id, period_start) DO UPDATE SET leased_ms = c.leased_ms + excluded.leased_ms;
$$;

-- As before, and the key's counter follows the tenant's.
CREATE OR REPLACE FUNCTION settle_time(p_run run, p_worked_ms bigint, p_billed boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  worked bigint := least(greatest(p_worked_ms, 0), p_run.lease_ms);
  period_end timestamptz;
BEGIN
  UPDATE usage_counter SET leased_ms = leased_ms - p_run.lease_ms, used_ms = used_ms + CASE WHEN p_billed THEN worked ELSE 0 END
  WHERE tenant_id = p_run.tenant_id AND period_start = p_run.lease_period_start;
  UPDATE key_counter SET leased_ms = leased_ms - p_run.lease_ms, used_ms = used_ms + CASE WHEN p_billed THEN worked ELSE 0 END
  WHERE tenant_id = p_run.tenant_id AND api_key_id = p_run.api_key_id AND period_start = p_run.lease_period_start;
  UPDATE run SET lease_ms = 0, executed_ms = executed_ms + CASE WHEN p_billed THEN worked ELSE 0 END,
                 lost_ms = lost_ms + CASE WHEN p_billed THEN 0 ELSE worked END
  WHERE id = p_run.id;
  IF worked > 0 THEN
    SELECT b.period_end INTO period_end
    FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, p_run.lease_period_start) b WHERE t.id = p_run.tenant_id;
    -- A lease never reaches past its period; neither may the time at which it is booked.
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, billed, api_key_id, agent_id, run_id, occurred_at)
    VALUES (p_run.tenant_id, p_run.lease_period_start, 'agent_ms', worked, p_billed, p_run.api_key_id, p_run.agent_id, p_run.id,
            least(clock_timestamp(), period_end - interval '1 millisecond'));
  END IF;
  RETURN worked;
END $$;

-- As before, and the key's counter is locked between the tenant's and the run.
CREATE OR REPLACE FUNCTION lock_held_run(p_run_id text, p_fence bigint) RETURNS run
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held run;
BEGIN
  SELECT r.* INTO held FROM run r WHERE r.id = p_run_id AND r.fence = p_fence AND r.status = 'running';
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM 1 FROM usage_counter c
  WHERE c.tenant_id = held.tenant_id AND c.period_start IN (held.lease_period_start, held.spend_period_start)
  ORDER BY c.period_start FOR UPDATE;
  PERFORM 1 FROM key_counter k
  WHERE k.tenant_id = held.tenant_id AND k.api_key_id = held.api_key_id AND k.period_start = held.lease_period_start FOR UPDATE;
  SELECT r.* INTO held FROM run r WHERE r.id = p_run_id AND r.fence = p_fence AND r.status = 'running' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN held;
END $$;

-- As before, and a lease fits the key's own cap too.
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
  FOR candidate IN
    WITH RECURSIVE head AS (
      (SELECT r.tenant_id, r.id FROM run r WHERE r.status = 'queued' ORDER BY r.tenant_id, r.id LIMIT 1)
      UNION ALL
      SELECT n.tenant_id, n.id FROM head h CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.id FROM run r WHERE r.status = 'queued' AND r.tenant_id > h.tenant_id ORDER BY r.tenant_id, r.id LIMIT 1) n
    )
    SELECT h.tenant_id, l.cap_ms, l.concurrent_runs
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

      free_ms := candidate.cap_ms - (locked.counter).used_ms - (locked.counter).leased_ms;
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

-- As before, and a lease fits the key's own cap too. One more outcome: `key_cap_reached`.
CREATE OR REPLACE FUNCTION renew_lease(p_run_id text, p_fence bigint, p_worked_ms bigint, p_slice_ms bigint, p_least_ms bigint)
RETURNS TABLE (outcome text, granted_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  held run;
  locked record;
  cap bigint;
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
  SELECT l.cap_ms, t.paused_at IS NOT NULL INTO cap, paused
  FROM effective_limit l JOIN tenant t ON t.id = l.tenant_id WHERE l.tenant_id = held.tenant_id;
  free_ms := cap - (locked.counter).used_ms - (locked.counter).leased_ms;
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
REVOKE ALL ON FUNCTION free_key_ms(text, text, timestamptz), lease_key_ms(text, text, timestamptz, bigint) FROM PUBLIC;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
