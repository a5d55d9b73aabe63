-- Executing runs: claiming, leasing time and money, storing steps, settling. Every function that writes for a run
-- takes the run's fence; a worker that was presumed dead holds an older fence and changes nothing.
-- All of them lock the tenant's usage counter first and the run second, so no two can wait for each other in a circle.

-- Appends one event to a run, numbered from 1 without gaps. The caller holds the run's row.
CREATE FUNCTION append_event(p_tenant_id text, p_run_id text, p_type text, p_data jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH numbered AS (
    UPDATE run SET event_seq = event_seq + 1 WHERE id = p_run_id AND tenant_id = p_tenant_id RETURNING event_seq
  )
  INSERT INTO run_event (tenant_id, run_id, seq, type, data) SELECT p_tenant_id, p_run_id, event_seq, p_type, p_data FROM numbered;
$$;

-- Creates the counter of the tenant's current period when it is missing, locks it and returns it with its bounds.
CREATE FUNCTION lock_counter(p_tenant_id text, OUT counter usage_counter, OUT period_end timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  starts timestamptz;
BEGIN
  SELECT b.period_start, b.period_end INTO starts, period_end
  FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, clock_timestamp()) b WHERE t.id = p_tenant_id;
  SELECT c.* INTO counter FROM usage_counter c WHERE c.tenant_id = p_tenant_id AND c.period_start = starts FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO usage_counter (tenant_id, period_start) VALUES (p_tenant_id, starts) ON CONFLICT DO NOTHING;
    SELECT c.* INTO counter FROM usage_counter c WHERE c.tenant_id = p_tenant_id AND c.period_start = starts FOR UPDATE;
  END IF;
END $$;

-- Gives back a run's time lease: `p_worked_ms` of it becomes used (and a ledger row), the rest is free again. Time that
-- is not to be billed is the platform's loss: it stands in the ledger and uses up nothing. The caller holds the counter of the lease's period and the run's row. Returns the milliseconds that were booked.
CREATE FUNCTION settle_time(p_run run, p_worked_ms bigint, p_billed boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  worked bigint := least(greatest(p_worked_ms, 0), p_run.lease_ms);
  period_end timestamptz;
BEGIN
  UPDATE usage_counter SET leased_ms = leased_ms - p_run.lease_ms, used_ms = used_ms + CASE WHEN p_billed THEN worked ELSE 0 END
  WHERE tenant_id = p_run.tenant_id AND period_start = p_run.lease_period_start;
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

-- Gives back a run's reserved model spend; `p_spent_micros` of it becomes used. What a call cost beyond its
-- reservation is the platform's loss. The caller holds the counter of the reservation's period and the run's row.
CREATE FUNCTION settle_spend(p_run run, p_spent_micros bigint, p_billed boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  covered bigint := least(p_spent_micros, p_run.lease_micros);
  billed_micros bigint := CASE WHEN p_billed THEN covered ELSE 0 END;
  lost_micros bigint := p_spent_micros - billed_micros;
  period timestamptz := coalesce(p_run.spend_period_start, p_run.lease_period_start);
BEGIN
  UPDATE usage_counter SET leased_micros = leased_micros - p_run.lease_micros, used_micros = used_micros + billed_micros
  WHERE tenant_id = p_run.tenant_id AND period_start = period;
  UPDATE run SET lease_micros = 0, spend_period_start = NULL, model_spend_micros = model_spend_micros + billed_micros WHERE id = p_run.id;
  IF billed_micros > 0 THEN
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, api_key_id, agent_id, run_id)
    VALUES (p_run.tenant_id, period, 'model_micros', billed_micros, p_run.api_key_id, p_run.agent_id, p_run.id);
  END IF;
  IF lost_micros > 0 THEN
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, billed, api_key_id, agent_id, run_id)
    VALUES (p_run.tenant_id, period, 'model_micros', lost_micros, false, p_run.api_key_id, p_run.agent_id, p_run.id);
  END IF;
END $$;

-- Locks the counters that a run's leases are in (oldest period first), then the run, and returns the run if `p_fence`
-- still holds it; otherwise null.
CREATE FUNCTION lock_held_run(p_run_id text, p_fence bigint) RETURNS run
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
  SELECT r.* INTO held FROM run r WHERE r.id = p_run_id AND r.fence = p_fence AND r.status = 'running' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN held;
END $$;

-- Ends a run and tells its listeners. The caller has settled the leases and holds the run's row.
CREATE FUNCTION end_run(p_tenant_id text, p_run_id text, p_status text, p_output text, p_error_code text, p_error_message text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE run SET status = p_status, output = coalesce(p_output, output), error_code = p_error_code, error_message = p_error_message,
                 finished_at = clock_timestamp(), lease_expires_at = NULL, worker_id = NULL
  WHERE id = p_run_id AND tenant_id = p_tenant_id;
  PERFORM append_event(p_tenant_id, p_run_id, 'run.' || p_status,
    jsonb_strip_nulls(jsonb_build_object('status', p_status, 'error_code', p_error_code, 'error_message', p_error_message)));
END $$;

-- Claims the next run for a worker, taking concurrency slot, time lease and fence in one transaction. Tenants take
-- turns: the one with the fewest running runs is served first, whatever the length of anyone's queue.
-- outcome `claimed`: the caller owns the run for `granted_ms` from the moment it asked.
-- outcome `ended`: the run had nothing left to spend and was ended unbilled; ask again. No row: nothing to do.
CREATE FUNCTION claim_run(p_worker_id text, p_slice_ms bigint, p_least_ms bigint)
RETURNS TABLE (outcome text, run_id text, tenant_id text, fence bigint, granted_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  candidate record;
  locked record;
  next_run run;
  free_ms bigint;
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
      WHERE r.tenant_id = candidate.tenant_id AND r.status = 'queued' ORDER BY r.id LIMIT 1 FOR UPDATE SKIP LOCKED;
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

      to_period_end_ms := greatest(1, floor(extract(epoch FROM locked.period_end - clock_timestamp()) * 1000)::bigint);
      grant_ms := greatest(1, least(p_slice_ms, free_ms, next_run.max_ms - next_run.executed_ms, to_period_end_ms));
      UPDATE usage_counter c SET leased_ms = c.leased_ms + grant_ms
      WHERE c.tenant_id = next_run.tenant_id AND c.period_start = (locked.counter).period_start;
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

-- Settles the milliseconds worked since the last call and leases the next slice.
-- outcome: `renewed` (work on for `granted_ms`), or the reason to stop now: `cap_reached`, `timed_out`, `canceled`,
-- `paused`, `lost` (somebody else holds the run; write nothing more).
CREATE FUNCTION renew_lease(p_run_id text, p_fence bigint, p_worked_ms bigint, p_slice_ms bigint, p_least_ms bigint)
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
  verdict := CASE WHEN held.cancel_requested_at IS NOT NULL THEN 'canceled'
                  WHEN paused THEN 'paused'
                  WHEN left_ms < p_least_ms THEN 'timed_out'
                  WHEN free_ms < p_least_ms THEN 'cap_reached'
                  ELSE 'renewed' END;
  grant_ms := CASE WHEN verdict = 'renewed' THEN greatest(1, least(p_slice_ms, free_ms, left_ms,
                greatest(1, floor(extract(epoch FROM locked.period_end - clock_timestamp()) * 1000)::bigint))) ELSE 0 END;
  UPDATE usage_counter c SET leased_ms = c.leased_ms + grant_ms
  WHERE c.tenant_id = held.tenant_id AND c.period_start = (locked.counter).period_start;
  -- A worker that was told to stop still has to say goodbye; it gets a moment without a lease to spend.
  UPDATE run r SET lease_ms = grant_ms, lease_period_start = (locked.counter).period_start,
                   lease_expires_at = clock_timestamp() + make_interval(secs => greatest(grant_ms, 5000) / 1000.0)
  WHERE r.id = held.id;
  RETURN QUERY SELECT verdict, grant_ms;
END $$;

-- Reserves model spend before a model call. False: the rest of the cap does not cover it, or the fence is old.
CREATE FUNCTION reserve_spend(p_run_id text, p_fence bigint, p_micros bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  seen run;
  held run;
  locked record;
  cap bigint;
BEGIN
  SELECT r.* INTO seen FROM run r WHERE r.id = p_run_id AND r.fence = p_fence AND r.status = 'running';
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT * INTO locked FROM lock_counter(seen.tenant_id);
  SELECT r.* INTO held FROM run r WHERE r.id = p_run_id AND r.fence = p_fence AND r.status = 'running' FOR UPDATE;
  IF NOT FOUND OR held.lease_micros > 0 THEN
    RETURN false;
  END IF;
  SELECT l.cap_micros INTO cap FROM effective_limit l WHERE l.tenant_id = held.tenant_id;
  IF (locked.counter).used_micros + (locked.counter).leased_micros + p_micros > cap THEN
    RETURN false;
  END IF;
  UPDATE usage_counter c SET leased_micros = c.leased_micros + p_micros
  WHERE c.tenant_id = held.tenant_id AND c.period_start = (locked.counter).period_start;
  UPDATE run SET lease_micros = p_micros, spend_period_start = (locked.counter).period_start WHERE id = held.id;
  RETURN true;
END $$;

-- Stores a finished step with what its model call cost. From here on a resumed run does not repeat it.
CREATE FUNCTION store_step(p_run_id text, p_fence bigint, p_seq int, p_kind text, p_name text, p_output text, p_finish_reason text,
                           p_input_tokens int, p_output_tokens int, p_spent_micros bigint, p_start_ms bigint, p_end_ms bigint)
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
  INSERT INTO step (tenant_id, run_id, seq, kind, name, output, finish_reason, input_tokens, output_tokens, model_spend_micros, start_ms, end_ms)
  VALUES (held.tenant_id, held.id, p_seq, p_kind, p_name, p_output, p_finish_reason, p_input_tokens, p_output_tokens,
          least(p_spent_micros, held.lease_micros), p_start_ms, p_end_ms);
  PERFORM settle_spend(held, p_spent_micros, true);
  UPDATE run SET input_tokens = input_tokens + p_input_tokens, output_tokens = output_tokens + p_output_tokens WHERE id = held.id;
  INSERT INTO ledger (tenant_id, period_start, meter, quantity, api_key_id, agent_id, run_id)
  SELECT held.tenant_id, held.lease_period_start, m.meter, m.quantity, held.api_key_id, held.agent_id, held.id
  FROM (VALUES ('input_tokens', p_input_tokens), ('output_tokens', p_output_tokens)) AS m (meter, quantity) WHERE m.quantity > 0;
  PERFORM append_event(held.tenant_id, held.id, 'step.completed', jsonb_build_object(
    'step', p_seq, 'kind', p_kind, 'name', p_name, 'input_tokens', p_input_tokens, 'output_tokens', p_output_tokens,
    'start_ms', p_start_ms, 'end_ms', p_end_ms));
  RETURN true;
END $$;

-- Appends a batch of events of a running run. False: the fence is old.
CREATE FUNCTION append_run_events(p_run_id text, p_fence bigint, p_types text[], p_data jsonb[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  owner_id text;
  last_seq int;
BEGIN
  UPDATE run SET event_seq = event_seq + cardinality(p_types)
  WHERE id = p_run_id AND fence = p_fence AND status = 'running' RETURNING tenant_id, event_seq INTO owner_id, last_seq;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO run_event (tenant_id, run_id, seq, type, data)
  SELECT owner_id, p_run_id, last_seq - cardinality(p_types) + e.n::int, e.type, e.data
  FROM unnest(p_types, p_data) WITH ORDINALITY AS e (type, data, n);
  RETURN true;
END $$;

-- Ends a run that a worker holds: settles time and money, stores the outcome, tells the listeners; all or nothing.
-- `p_spent_micros`: what a model call that did not become a step cost all the same. `p_billed` is false when the
-- platform is to blame. False: the fence is old.
CREATE FUNCTION finish_run(p_run_id text, p_fence bigint, p_worked_ms bigint, p_spent_micros bigint, p_billed boolean,
                           p_status text, p_output text, p_error_code text, p_error_message text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held run;
BEGIN
  held := lock_held_run(p_run_id, p_fence);
  IF held.id IS NULL THEN
    RETURN false;
  END IF;
  PERFORM settle_time(held, p_worked_ms, p_billed);
  PERFORM settle_spend(held, p_spent_micros, p_billed);
  PERFORM end_run(held.tenant_id, held.id, p_status, p_output, p_error_code, p_error_message);
  RETURN true;
END $$;

-- Puts a run that a worker holds back into the queue, for a worker that is shutting down. Time worked so far is
-- settled; an unfinished model call is the platform's loss. False: the fence is old.
CREATE FUNCTION release_run(p_run_id text, p_fence bigint, p_worked_ms bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held run;
BEGIN
  held := lock_held_run(p_run_id, p_fence);
  IF held.id IS NULL THEN
    RETURN false;
  END IF;
  PERFORM settle_time(held, p_worked_ms, true);
  PERFORM settle_spend(held, held.lease_micros, false);
  -- Handing a run over is nobody's failure: the attempt does not count against it.
  UPDATE run SET status = 'queued', worker_id = NULL, lease_expires_at = NULL, attempt = attempt - 1 WHERE id = held.id;
  PERFORM append_event(held.tenant_id, held.id, 'run.requeued', jsonb_build_object('reason', 'worker_shutdown'));
  RETURN true;
END $$;

-- Takes one run back from a worker that stopped renewing. The slice that was out is the platform's loss, as is a model
-- call that was under way. The run goes back to the queue, or fails after `p_most_attempts`. Returns how many: 0 when
-- there is nothing to do. One run a transaction, because each holds its tenant's counter to the end.
CREATE FUNCTION reap_expired_leases(p_most_attempts int) RETURNS int
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
  ELSIF held.attempt >= p_most_attempts THEN
    PERFORM end_run(held.tenant_id, held.id, 'failed', NULL, 'worker_lost',
                    'The platform lost the worker of this run several times. The lost time is not billed.');
  ELSE
    UPDATE run SET status = 'queued', worker_id = NULL, lease_expires_at = NULL WHERE id = held.id;
    PERFORM append_event(held.tenant_id, held.id, 'run.requeued', jsonb_build_object('reason', 'worker_lost'));
  END IF;
  RETURN 1;
END $$;

-- What the runs of a worker should know between renewals: were they canceled, was their tenant paused, are they lost.
CREATE FUNCTION run_signals(p_run_ids text[], p_fences bigint[])
RETURNS TABLE (run_id text, signal text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.run_id, CASE WHEN r.id IS NULL THEN 'lost' WHEN r.cancel_requested_at IS NOT NULL THEN 'canceled' ELSE 'paused' END
  FROM unnest(p_run_ids, p_fences) AS a (run_id, fence)
  LEFT JOIN run r ON r.id = a.run_id AND r.fence = a.fence AND r.status = 'running'
  LEFT JOIN tenant t ON t.id = r.tenant_id
  WHERE r.id IS NULL OR r.cancel_requested_at IS NOT NULL OR t.paused_at IS NOT NULL;
$$;

-- Cancels a tenant's run: at once while it is queued, by a note to its worker while it runs, not at all once it ended.
-- False: the tenant has no such run.
CREATE FUNCTION cancel_run(p_tenant_id text, p_run_id text) RETURNS boolean
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
  END IF;
  RETURN true;
END $$;

-- New events for all listeners of one process in one question. Each element of the arrays is one listener.
CREATE FUNCTION run_events_after(p_tenant_ids text[], p_run_ids text[], p_after int[], p_most int)
RETURNS TABLE (run_id text, seq int, type text, data jsonb, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.run_id, e.seq, e.type, e.data, e.created_at
  FROM unnest(p_tenant_ids, p_run_ids, p_after) AS a (tenant_id, run_id, after)
  CROSS JOIN LATERAL (
    SELECT v.* FROM run_event v WHERE v.tenant_id = a.tenant_id AND v.run_id = a.run_id AND v.seq > a.after ORDER BY v.seq LIMIT p_most) e
  ORDER BY a.run_id, e.seq;
$$;
