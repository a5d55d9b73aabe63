-- Runs of many steps: model calls and tool calls in turn, each stored before the next begins; work that is handed to
-- another agent as a run of its own below the first; and conversations, in which a run goes on from an earlier one.

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "agent_version" INTEGER,
ADD COLUMN     "context" JSONB,
ADD COLUMN     "depth" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "lost_workers" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "max_spend_micros" BIGINT,
ADD COLUMN     "parent_run_id" TEXT,
ADD COLUMN     "parent_seq" INTEGER,
ADD COLUMN     "previous_run_id" TEXT,
ADD COLUMN     "root_run_id" TEXT;
-- What runs executed before there were versions is the first version of their agents.
SET LOCAL ROLE stint_system;
UPDATE run SET agent_version = 1;
RESET ROLE;
ALTER TABLE "run" ALTER COLUMN "agent_version" SET NOT NULL,
DROP COLUMN "instructions";
ALTER TABLE run ADD CONSTRAINT run_parent CHECK ((parent_run_id IS NULL) = (parent_seq IS NULL) AND (parent_run_id IS NULL) = (root_run_id IS NULL) AND (parent_run_id IS NULL) = (depth = 0)),
  ADD CONSTRAINT run_max_spend CHECK (max_spend_micros > 0);

-- AlterTable
ALTER TABLE "step" ADD COLUMN     "detail" JSONB;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_tenant_id_agent_id_agent_version_fkey" FOREIGN KEY ("tenant_id", "agent_id", "agent_version") REFERENCES "agent_version"("tenant_id", "agent_id", "version") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A tool call of a run has one child at most, however often it is taken up again.
CREATE UNIQUE INDEX run_child ON run (tenant_id, parent_run_id, parent_seq) WHERE parent_run_id IS NOT NULL;
CREATE INDEX run_tree ON run (tenant_id, root_run_id) WHERE root_run_id IS NOT NULL;
CREATE INDEX run_queued_child ON run (tenant_id, id) WHERE status = 'queued' AND parent_run_id IS NOT NULL;
-- CreateIndex
CREATE INDEX "run_tenant_id_status_id_idx" ON "run"("tenant_id", "status", "id");

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- Cancels what is under a run and has not ended, all of it at once. Ancestors are locked before their descendants, here and
-- wherever a run and its children are. The caller holds the run's row.
CREATE FUNCTION cancel_descendants(p_tenant_id text, p_run_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  child record;
BEGIN
  FOR child IN
    SELECT r.id, r.status FROM run r
    WHERE r.tenant_id = p_tenant_id AND r.parent_run_id = p_run_id AND r.status IN ('queued', 'running') ORDER BY r.id FOR UPDATE
  LOOP
    IF child.status = 'queued' THEN
      PERFORM end_run(p_tenant_id, child.id, 'canceled', NULL, NULL, NULL);
    ELSE
      UPDATE run SET cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()) WHERE id = child.id;
      PERFORM cancel_descendants(p_tenant_id, child.id);
    END IF;
  END LOOP;
END $$;

-- As before, and nothing goes on under a run that has ended.
CREATE OR REPLACE FUNCTION end_run(p_tenant_id text, p_run_id text, p_status text, p_output text, p_error_code text, p_error_message text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE run SET status = p_status, output = coalesce(p_output, output), error_code = p_error_code, error_message = p_error_message,
                 finished_at = clock_timestamp(), lease_expires_at = NULL, worker_id = NULL
  WHERE id = p_run_id AND tenant_id = p_tenant_id;
  PERFORM cancel_descendants(p_tenant_id, p_run_id);
  PERFORM append_event(p_tenant_id, p_run_id, 'run.' || p_status,
    jsonb_strip_nulls(jsonb_build_object('status', p_status, 'error_code', p_error_code, 'error_message', p_error_message)));
END $$;

-- As before, and what is under the run is canceled with it.
CREATE OR REPLACE FUNCTION cancel_run(p_tenant_id text, p_run_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  found_run run;
BEGIN
  SELECT r.* INTO found_run FROM run r WHERE r.id = p_run_id AND r.tenant_id = p_tenant_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF found_run.status = 'queued' THEN
    PERFORM end_run(p_tenant_id, p_run_id, 'canceled', NULL, NULL, NULL);
  ELSIF found_run.status = 'running' THEN
    UPDATE run SET cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()) WHERE id = p_run_id;
    PERFORM cancel_descendants(p_tenant_id, p_run_id);
  END IF;
  RETURN true;
END $$;

-- Claims the next run for a worker, as before. `p_kind` says what the worker has room for: `any`; `first`, a run of a tenant of
-- which nothing is running, for the share of a worker that nobody's backlog may take; `child`, a run that a waiting parent
-- handed out: it takes no slot of its tenant, or of a full worker, because its parent holds one and would wait for ever.
DROP FUNCTION claim_run(text, bigint, bigint);
CREATE FUNCTION claim_run(p_worker_id text, p_slice_ms bigint, p_least_ms bigint, p_kind text)
RETURNS TABLE (outcome text, run_id text, tenant_id text, fence bigint, granted_ms bigint, is_child boolean)
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
    WITH RECURSIVE child_head AS (
      (SELECT r.tenant_id, r.id FROM run r WHERE r.status = 'queued' AND r.parent_run_id IS NOT NULL ORDER BY r.tenant_id, r.id LIMIT 1)
      UNION ALL
      SELECT n.tenant_id, n.id FROM child_head h CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.id FROM run r WHERE r.status = 'queued' AND r.parent_run_id IS NOT NULL AND r.tenant_id > h.tenant_id ORDER BY r.tenant_id, r.id LIMIT 1) n
    ), root_head AS (
      (SELECT r.tenant_id, r.id FROM run r WHERE r.status = 'queued' AND r.parent_run_id IS NULL AND p_kind <> 'child' ORDER BY r.tenant_id, r.id LIMIT 1)
      UNION ALL
      SELECT n.tenant_id, n.id FROM root_head h CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.id FROM run r WHERE r.status = 'queued' AND r.parent_run_id IS NULL AND r.tenant_id > h.tenant_id ORDER BY r.tenant_id, r.id LIMIT 1) n
    ), head AS (
      SELECT h.*, true AS is_child FROM child_head h UNION ALL SELECT h.*, false FROM root_head h
    )
    SELECT h.tenant_id, h.is_child, CASE WHEN p_kind = 'first' THEN 1 ELSE l.concurrent_runs END AS most_running
    FROM head h
    JOIN tenant t ON t.id = h.tenant_id AND t.paused_at IS NULL
    JOIN effective_limit l ON l.tenant_id = h.tenant_id
    CROSS JOIN LATERAL (SELECT count(*) AS running FROM run r WHERE r.tenant_id = h.tenant_id AND r.status = 'running' AND r.parent_run_id IS NULL) c
    WHERE h.is_child OR c.running < CASE WHEN p_kind = 'first' THEN 1 ELSE l.concurrent_runs END
    -- Children first: their parents pay for waiting. Then whoever has least of what the plan gives, the larger plan before the smaller.
    ORDER BY h.is_child DESC, c.running::float8 / l.concurrent_runs, l.concurrent_runs DESC, h.id
    LIMIT 32
  LOOP
    BEGIN
      SELECT * INTO locked FROM lock_counter(candidate.tenant_id);
      -- Counted again under the counter's lock, which every claim for this tenant takes: now the count is exact.
      IF NOT candidate.is_child AND (
        SELECT count(*) FROM run r WHERE r.tenant_id = candidate.tenant_id AND r.status = 'running' AND r.parent_run_id IS NULL) >= candidate.most_running THEN
        RAISE SQLSTATE 'ST001';
      END IF;

      SELECT r.* INTO next_run FROM run r
      WHERE r.tenant_id = candidate.tenant_id AND r.status = 'queued' AND (r.parent_run_id IS NOT NULL) = candidate.is_child
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
        RETURN QUERY SELECT 'ended', next_run.id, next_run.tenant_id, next_run.fence, 0::bigint, candidate.is_child;
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
        RETURN QUERY SELECT 'ended', next_run.id, next_run.tenant_id, next_run.fence, 0::bigint, candidate.is_child;
        RETURN;
      END IF;

      key_free_ms := free_key_ms(next_run.tenant_id, next_run.api_key_id, (locked.counter).period_start);
      IF key_free_ms < p_least_ms THEN
        PERFORM end_run(next_run.tenant_id, next_run.id, 'stopped', NULL, 'key_cap_reached',
                        'The API key of this run has no agent-minutes of its own left in this period. Nothing more was billed for this run.');
        RETURN QUERY SELECT 'ended', next_run.id, next_run.tenant_id, next_run.fence, 0::bigint, candidate.is_child;
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
      RETURN QUERY SELECT 'claimed', next_run.id, next_run.tenant_id, next_run.fence + 1, grant_ms, candidate.is_child;
      RETURN;
    EXCEPTION WHEN SQLSTATE 'ST001' THEN
      -- Nothing to claim here. Leaving this way gives the counter's lock back: a claim never holds two tenants' counters,
      -- so it cannot wait in a circle with an admit, which takes several.
      NULL;
    END;
  END LOOP;
END $$;

-- As before, and a run's own cap holds: `run_cap`.
CREATE OR REPLACE FUNCTION reserve_spend(p_run_id text, p_fence bigint, p_micros bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  seen run;
  held run;
  locked record;
  settled usage_counter;
  most_micros bigint;
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
    -- What was reserved for a call that failed is there for the next try.
    RETURN CASE WHEN held.lease_micros >= p_micros THEN 'reserved' ELSE 'refused' END;
  END IF;
  -- A run may have a cap of its own; its first ancestor's holds for all of its descendants together.
  IF held.model_spend_micros + p_micros > held.max_spend_micros THEN
    RETURN 'run_cap';
  END IF;
  IF held.root_run_id IS NOT NULL OR held.max_spend_micros IS NOT NULL THEN
    SELECT r.max_spend_micros INTO most_micros FROM run r WHERE r.tenant_id = held.tenant_id AND r.id = coalesce(held.root_run_id, held.id);
    IF p_micros + (SELECT sum(r.model_spend_micros + r.lease_micros) FROM run r
                   WHERE r.tenant_id = held.tenant_id AND (r.id = coalesce(held.root_run_id, held.id) OR r.root_run_id = coalesce(held.root_run_id, held.id))) > most_micros THEN
      RETURN 'run_cap';
    END IF;
  END IF;
  IF p_micros > free_tenant_micros(locked.counter) THEN
    settled := locked.counter;
    settled.leased_ms := 0;
    settled.leased_micros := 0;
    IF p_micros <= free_tenant_micros(settled) THEN
      RETURN 'wait';
    END IF;
    -- Money ends where the rest of the cap covers no call, which may be well before the last cent: this is where it was reached.
    INSERT INTO usage_alert (id, tenant_id, kind, meter, period_start, percent, used, quota, cap)
    SELECT new_id('alr'), held.tenant_id, 'threshold', 'model_micros', settled.period_start, 100, settled.used_micros, l.quota_micros, settled.used_micros + free_tenant_micros(settled)
    FROM effective_limit l WHERE l.tenant_id = held.tenant_id AND l.quota_micros > 0
    ON CONFLICT DO NOTHING;
    RETURN 'refused';
  END IF;
  UPDATE usage_counter c SET leased_micros = c.leased_micros + p_micros
  WHERE c.tenant_id = held.tenant_id AND c.period_start = (locked.counter).period_start;
  UPDATE run SET lease_micros = p_micros, spend_period_start = (locked.counter).period_start WHERE id = held.id;
  RETURN 'reserved';
END $$;

-- Stores a finished step with what its model call cost. From here on a resumed run does not repeat it. `p_detail`: the tool
-- calls that a model step asked for; the call, its arguments and how it went of a tool step.
DROP FUNCTION store_step(text, bigint, int, text, text, text, text, int, int, bigint, bigint, bigint);
CREATE FUNCTION store_step(p_run_id text, p_fence bigint, p_seq int, p_kind text, p_name text, p_output text, p_finish_reason text,
                           p_input_tokens int, p_output_tokens int, p_spent_micros bigint, p_start_ms bigint, p_end_ms bigint, p_detail jsonb)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held run;
BEGIN
  held := lock_held_run(p_run_id, p_fence);
  IF held.id IS NULL THEN
    RETURN false;
  END IF;
  -- A worker whose connection broke before it heard "stored" asks again.
  IF EXISTS (SELECT 1 FROM step s WHERE s.tenant_id = held.tenant_id AND s.run_id = held.id AND s.seq = p_seq) THEN
    RETURN true;
  END IF;
  INSERT INTO step (tenant_id, run_id, seq, kind, name, output, finish_reason, input_tokens, output_tokens, model_spend_micros, start_ms, end_ms, detail)
  VALUES (held.tenant_id, held.id, p_seq, p_kind, p_name, p_output, p_finish_reason, p_input_tokens, p_output_tokens,
          least(p_spent_micros, held.lease_micros), p_start_ms, p_end_ms, p_detail);
  -- Tools may be at work while a model call's reservation stands; only the call itself settles it.
  IF p_kind = 'model' THEN
    PERFORM settle_spend(held, p_spent_micros, true);
  END IF;
  UPDATE run SET input_tokens = input_tokens + p_input_tokens, output_tokens = output_tokens + p_output_tokens, lost_workers = 0 WHERE id = held.id;
  INSERT INTO ledger (tenant_id, period_start, meter, quantity, api_key_id, agent_id, run_id)
  SELECT held.tenant_id, held.lease_period_start, m.meter, m.quantity, held.api_key_id, held.agent_id, held.id
  FROM (VALUES ('input_tokens', p_input_tokens), ('output_tokens', p_output_tokens)) AS m (meter, quantity) WHERE m.quantity > 0;
  PERFORM append_event(held.tenant_id, held.id, 'step.completed', jsonb_build_object(
    'step', p_seq, 'kind', p_kind, 'name', p_name, 'input_tokens', p_input_tokens, 'output_tokens', p_output_tokens,
    'start_ms', p_start_ms, 'end_ms', p_end_ms) || jsonb_strip_nulls(jsonb_build_object('ok', p_detail->'ok', 'child_run_id', p_detail->'child_run_id')));
  RETURN true;
END $$;

-- As before, and only workers that were lost since the last stored step count: a run that gets further goes on.
CREATE OR REPLACE FUNCTION reap_expired_leases(p_most_attempts int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  expired record;
  held run;
BEGIN
  SELECT r.id, r.fence INTO expired FROM run r
  WHERE r.status = 'running' AND r.lease_expires_at < clock_timestamp() - interval '1 second' ORDER BY r.lease_expires_at LIMIT 1;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  held := lock_held_run(expired.id, expired.fence);
  IF held.id IS NULL OR held.lease_expires_at >= clock_timestamp() - interval '1 second' THEN
    RETURN 0;
  END IF;
  PERFORM settle_time(held, held.lease_ms, false);
  PERFORM settle_spend(held, held.lease_micros, false);
  IF held.cancel_requested_at IS NOT NULL THEN
    PERFORM end_run(held.tenant_id, held.id, 'canceled', NULL, NULL, NULL);
  ELSIF held.lost_workers + 1 >= p_most_attempts THEN
    PERFORM end_run(held.tenant_id, held.id, 'failed', NULL, 'worker_lost',
                    'The platform lost the worker of this run several times. The lost time is not billed.');
  ELSE
    UPDATE run SET status = 'queued', worker_id = NULL, lease_expires_at = NULL, lost_workers = lost_workers + 1 WHERE id = held.id;
    PERFORM append_event(held.tenant_id, held.id, 'run.requeued', jsonb_build_object('reason', 'worker_lost'));
  END IF;
  RETURN 1;
END $$;

-- As before, and a run's history and its steps' arguments go too.
CREATE OR REPLACE FUNCTION purge_contents(p_most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH old AS MATERIALIZED (
    SELECT o.tenant_id, o.id FROM tenant t CROSS JOIN LATERAL (
      SELECT r.tenant_id, r.id FROM run r
      WHERE r.tenant_id = t.id AND r.content_deleted_at IS NULL AND r.finished_at < now() - make_interval(days => t.content_retention_days)
      ORDER BY r.finished_at LIMIT p_most FOR UPDATE SKIP LOCKED) o
    LIMIT p_most
  ), emptied AS (
    UPDATE run r SET input = '', output = NULL, context = NULL, content_deleted_at = now() FROM old o WHERE r.tenant_id = o.tenant_id AND r.id = o.id RETURNING 1
  ), steps AS (
    UPDATE step s SET output = '', detail = NULL FROM old o WHERE s.tenant_id = o.tenant_id AND s.run_id = o.id
  ), events AS (
    DELETE FROM run_event e USING old o WHERE e.tenant_id = o.tenant_id AND e.run_id = o.id
  )
  SELECT count(*) FROM emptied;
$$;

-- Deletes the contents of one run that has ended. What was metered stays. False: the tenant has no such run, or it has not ended.
CREATE FUNCTION delete_run_content(p_tenant_id text, p_run_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE run SET input = '', output = NULL, context = NULL, content_deleted_at = coalesce(content_deleted_at, now())
  WHERE tenant_id = p_tenant_id AND id = p_run_id AND finished_at IS NOT NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE step SET output = '', detail = NULL WHERE tenant_id = p_tenant_id AND run_id = p_run_id;
  DELETE FROM run_event WHERE tenant_id = p_tenant_id AND run_id = p_run_id;
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION cancel_descendants(text, text), claim_run(text, bigint, bigint, text), delete_run_content(text, text),
  store_step(text, bigint, int, text, text, text, text, int, int, bigint, bigint, bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_run(text, bigint, bigint, text), delete_run_content(text, text),
  store_step(text, bigint, int, text, text, text, text, int, int, bigint, bigint, bigint, jsonb) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
