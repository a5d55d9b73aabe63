-- Proving that runs, leases, counters, ledger and rollups agree. Differences are written down and shown to staff; nothing
-- here puts anything right. All that is compared changes in the same transactions, so one snapshot shows either all of a
-- change or none of it: a sweep raises no false alarm however busy the platform is.

-- CreateTable
CREATE TABLE "reconciliation" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "tenants" INTEGER NOT NULL DEFAULT 0,
    "differences" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "reconciliation_pkey" PRIMARY KEY ("id")
);
ALTER TABLE reconciliation ADD CONSTRAINT reconciliation_kind CHECK (kind IN ('daily', 'script', 'tenant'));

-- CreateTable
CREATE TABLE "reconciliation_difference" (
    "id" TEXT NOT NULL,
    "reconciliation_id" TEXT NOT NULL,
    "tenant_id" TEXT,
    "check_name" TEXT NOT NULL,
    "period_start" TIMESTAMPTZ(3),
    "subject" TEXT NOT NULL,
    "expected" BIGINT NOT NULL,
    "found" BIGINT NOT NULL,

    CONSTRAINT "reconciliation_difference_pkey" PRIMARY KEY ("id")
);
-- CreateIndex
CREATE INDEX "reconciliation_difference_tenant_id_id_idx" ON "reconciliation_difference"("tenant_id", "id");
CREATE INDEX "reconciliation_difference_reconciliation_id_id_idx" ON "reconciliation_difference"("reconciliation_id", "id");
-- AddForeignKey
ALTER TABLE "reconciliation_difference" ADD CONSTRAINT "reconciliation_difference_reconciliation_id_fkey" FOREIGN KEY ("reconciliation_id") REFERENCES "reconciliation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT wall_in('reconciliation_difference');
GRANT SELECT ON reconciliation_difference TO stint_app;
GRANT SELECT, INSERT, DELETE ON reconciliation_difference TO stint_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON reconciliation TO stint_system;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- The platform's days as the rollups have them, also those before the platform began to add them up itself.
SELECT 1 FROM projection p WHERE p.name = 'usage_hourly' FOR UPDATE;
INSERT INTO platform_spend AS s (day, micros)
SELECT d.day, sum(d.quantity) FROM usage_daily d WHERE d.meter = 'model_micros' GROUP BY d.day
ON CONFLICT (day) DO UPDATE SET micros = excluded.micros;

-- From when on every raw row is still there: where the oldest partition of the ledger begins.
CREATE FUNCTION raw_usage_since() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT min(CASE WHEN b.bound LIKE 'FOR VALUES FROM (MINVALUE)%' THEN '-infinity' ELSE substring(b.bound FROM $re$FROM \('(.+?)'\)$re$)::timestamptz END)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid CROSS JOIN LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound) b
  WHERE i.inhparent = 'ledger'::regclass AND b.bound <> 'DEFAULT';
$$;

-- The smallest id that `new_id` could have made at an instant.
CREATE FUNCTION id_floor(p_prefix text, p_at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN p_at < timestamptz '1970-01-01Z' THEN '' ELSE p_prefix || '_' || (
    SELECT string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', ((floor(extract(epoch FROM p_at) * 1000)::bigint >> (5 * n)) & 31)::int + 1, 1), '' ORDER BY n DESC)
    FROM generate_series(0, 9) n) END;
$$;

-- Every difference in what one tenant used, at the caller's one snapshot (it is STABLE: all its questions see the same).
-- `expected` is what the ledger, the runs or the rule say; `found` is what stands beside it. Raw rows leave after about
-- ninety days: what is older is compared among the rollups alone. A tenant that is being purged has none.
CREATE FUNCTION reconcile_tenant(p_tenant_id text)
RETURNS TABLE (check_name text, period_start timestamptz, subject text, expected bigint, found bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  since timestamptz;
  first_run text;
  mark xid8 := (SELECT p.watermark FROM projection p WHERE p.name = 'usage_hourly');
  stray oid := to_regclass('ledger_other');
  ended text[] := ARRAY['succeeded', 'failed', 'canceled', 'timed_out', 'stopped'];
  anchor timestamptz;
  this_period timestamptz;
  changed timestamptz;
BEGIN
  SELECT t.period_anchor_at, b.period_start INTO anchor, this_period FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  WHERE t.id = p_tenant_id AND (t.delete_after IS NULL OR t.delete_after > now());
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- Whoever has looked into the ledger keeps its partitions from being dropped until the end: what is there now stays.
  PERFORM 1 FROM ledger l WHERE l.tenant_id = p_tenant_id LIMIT 1;
  since := raw_usage_since();
  first_run := id_floor('run', since);
  -- What was changed last about the tenant. Limits take hold of what happens after a change.
  SELECT greatest((SELECT a.created_at FROM audit_log a WHERE a.tenant_id = p_tenant_id ORDER BY a.id DESC LIMIT 1),
                  (SELECT max(greatest(o.updated_at, CASE WHEN o.expires_at <= now() THEN o.expires_at END)) FROM tenant_override o WHERE o.tenant_id = p_tenant_id)) INTO changed;

  -- Ledger beside counters, keys' counters, hours and thresholds, in one pass over the raw rows.
  RETURN QUERY
  WITH booked AS MATERIALIZED (
    SELECT l.period_start, date_trunc('hour', l.occurred_at, 'UTC') AS hour, l.meter, coalesce(l.agent_id, '') AS agent_id, coalesce(l.api_key_id, '') AS api_key_id,
           l.billed, l.xid < mark AS projected, l.tableoid = stray AS strayed, sum(l.quantity)::bigint AS quantity, count(*) AS rows, max(l.occurred_at) AS newest
    FROM ledger l WHERE l.tenant_id = p_tenant_id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  ), counted AS (
    SELECT 'counter' AS check_name, coalesce(b.period_start, c.period_start) AS period_start, coalesce(b.meter, c.meter) AS subject, coalesce(b.quantity, 0) AS expected, coalesce(c.used, 0) AS found
    FROM (SELECT k.period_start, k.meter, sum(k.quantity)::bigint AS quantity FROM booked k
          WHERE k.billed AND k.meter IN ('agent_ms', 'model_micros', 'api_calls') AND k.period_start >= since GROUP BY 1, 2) b
    FULL JOIN (SELECT u.period_start, m.meter, m.used FROM usage_counter u
               CROSS JOIN LATERAL (VALUES ('agent_ms', u.used_ms), ('model_micros', u.used_micros), ('api_calls', u.calls)) AS m (meter, used)
               WHERE u.tenant_id = p_tenant_id AND u.period_start >= since) c ON c.period_start = b.period_start AND c.meter = b.meter
  ), counted_keys AS (
    SELECT 'key_counter', coalesce(b.period_start, c.period_start), coalesce(b.api_key_id, c.api_key_id), coalesce(b.quantity, 0), coalesce(c.used_ms, 0)
    FROM (SELECT k.period_start, k.api_key_id, sum(k.quantity)::bigint AS quantity FROM booked k
          WHERE k.billed AND k.meter = 'agent_ms' AND k.api_key_id <> '' AND k.period_start >= since GROUP BY 1, 2) b
    FULL JOIN (SELECT u.period_start, u.api_key_id, u.used_ms FROM key_counter u WHERE u.tenant_id = p_tenant_id AND u.period_start >= since) c
      ON c.period_start = b.period_start AND c.api_key_id = b.api_key_id
  ), hours AS (
    SELECT 'hour', period_bounds.period_start, concat_ws(' ', to_char(s.hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24"Z"'), s.meter, nullif(s.agent_id, ''), nullif(s.api_key_id, ''), CASE WHEN NOT s.billed THEN 'lost' END), s.booked, s.summed
    FROM (SELECT coalesce(b.hour, h.hour) AS hour, coalesce(b.meter, h.meter) AS meter, coalesce(b.agent_id, h.agent_id) AS agent_id, coalesce(b.api_key_id, h.api_key_id) AS api_key_id,
                 coalesce(b.billed, h.billed) AS billed, coalesce(b.quantity, 0) AS booked, coalesce(h.quantity, 0) AS summed
          FROM (SELECT k.hour, k.meter, k.agent_id, k.api_key_id, k.billed, sum(k.quantity)::bigint AS quantity FROM booked k WHERE k.projected AND k.hour >= since GROUP BY 1, 2, 3, 4, 5) b
          FULL JOIN (SELECT u.* FROM usage_hourly u WHERE u.tenant_id = p_tenant_id AND u.hour >= since) h
            ON h.hour = b.hour AND h.meter = b.meter AND h.agent_id = b.agent_id AND h.api_key_id = b.api_key_id AND h.billed = b.billed) s
    CROSS JOIN LATERAL period_bounds(anchor, s.hour)
  ), subject AS (
    -- What the projection has seen in this period. It looks for thresholds each time it sees something new.
    SELECT '' AS api_key_id, m.meter, m.quota, least(m.used, (SELECT sum(k.quantity) FROM booked k WHERE k.projected AND k.billed AND k.meter = m.meter AND k.period_start = this_period)) AS used
    FROM effective_limit l JOIN usage_counter c ON c.tenant_id = l.tenant_id AND c.period_start = this_period
    CROSS JOIN LATERAL (VALUES ('agent_ms', l.quota_ms, c.used_ms), ('model_micros', l.quota_micros, c.used_micros), ('api_calls', l.cap_calls, c.calls)) AS m (meter, quota, used)
    WHERE l.tenant_id = p_tenant_id
    UNION ALL
    SELECT a.id, 'agent_ms', a.monthly_cap_ms, least(c.used_ms, (SELECT sum(k.quantity) FROM booked k WHERE k.projected AND k.billed AND k.meter = 'agent_ms' AND k.period_start = this_period AND k.api_key_id = a.id))
    FROM api_key a JOIN key_counter c ON c.tenant_id = a.tenant_id AND c.api_key_id = a.id AND c.period_start = this_period
    WHERE a.tenant_id = p_tenant_id AND a.monthly_cap_ms IS NOT NULL
  ), thresholds AS (
    SELECT 'alert_missing', this_period, concat_ws(' ', s.meter, h.percent || '%', nullif(s.api_key_id, '')), 1::bigint, 0::bigint
    FROM subject s CROSS JOIN LATERAL (
      SELECT d.percent, changed AS since FROM (VALUES (80), (100), (200)) AS d (percent)
      UNION SELECT r.percent, greatest(changed, r.created_at) FROM alert_rule r WHERE r.tenant_id = p_tenant_id AND r.api_key_id = s.api_key_id AND r.meter = s.meter) h
    WHERE s.quota > 0 AND s.used >= s.quota * h.percent / 100.0
      -- Something used well after the last change has been projected: so these limits were looked at.
      AND (h.since IS NULL OR h.since + interval '5 seconds' < (SELECT max(k.newest) FROM booked k WHERE k.projected AND k.period_start = this_period))
      AND NOT EXISTS (SELECT 1 FROM usage_alert a WHERE a.tenant_id = p_tenant_id AND a.period_start = this_period AND a.kind = 'threshold'
                        AND a.api_key_id = s.api_key_id AND a.meter = s.meter AND a.percent = h.percent)
  ), strays AS (
    SELECT 'ledger_other', k.period_start, 'rows', 0::bigint, sum(k.rows)::bigint FROM booked k WHERE k.strayed GROUP BY k.period_start
  )
  SELECT d.* FROM (SELECT * FROM counted UNION ALL SELECT * FROM counted_keys UNION ALL SELECT * FROM hours) d WHERE d.expected <> d.found
  UNION ALL SELECT * FROM thresholds
  UNION ALL SELECT * FROM strays;

  -- Hours beside days, as far back as both are kept whole.
  RETURN QUERY
  SELECT 'day', b.period_start, concat_ws(' ', s.day, s.meter, nullif(s.agent_id, ''), nullif(s.api_key_id, ''), CASE WHEN NOT s.billed THEN 'lost' END), s.hours, s.summed
  FROM (SELECT coalesce(h.day, d.day) AS day, coalesce(h.meter, d.meter) AS meter, coalesce(h.agent_id, d.agent_id) AS agent_id, coalesce(h.api_key_id, d.api_key_id) AS api_key_id,
               coalesce(h.billed, d.billed) AS billed, coalesce(h.quantity, 0) AS hours, coalesce(d.quantity, 0) AS summed
        FROM (SELECT (u.hour AT TIME ZONE 'UTC')::date AS day, u.meter, u.agent_id, u.api_key_id, u.billed, sum(u.quantity)::bigint AS quantity FROM usage_hourly u
              WHERE u.tenant_id = p_tenant_id AND u.hour >= date_trunc('day', now(), 'UTC') - interval '2 years' + interval '2 days' GROUP BY 1, 2, 3, 4, 5) h
        FULL JOIN (SELECT u.* FROM usage_daily u WHERE u.tenant_id = p_tenant_id
                   AND u.day >= ((date_trunc('day', now(), 'UTC') - interval '2 years' + interval '2 days') AT TIME ZONE 'UTC')::date) d
          ON d.day = h.day AND d.meter = h.meter AND d.agent_id = h.agent_id AND d.api_key_id = h.api_key_id AND d.billed = h.billed) s
  CROSS JOIN LATERAL period_bounds(anchor, s.day::timestamp AT TIME ZONE 'UTC') b
  WHERE s.hours <> s.summed;

  -- Each run beside what the ledger has of it.
  RETURN QUERY
  SELECT 'run', period_bounds.period_start, concat_ws(' ', m.run_id, m.field), m.expected, m.found
  FROM (SELECT l.run_id, sum(l.quantity) FILTER (WHERE l.meter = 'agent_ms' AND l.billed) AS executed, sum(l.quantity) FILTER (WHERE l.meter = 'agent_ms' AND NOT l.billed) AS lost,
               sum(l.quantity) FILTER (WHERE l.meter = 'model_micros' AND l.billed) AS spend, sum(l.quantity) FILTER (WHERE l.meter = 'input_tokens') AS input,
               sum(l.quantity) FILTER (WHERE l.meter = 'output_tokens') AS output, min(l.occurred_at) AS occurred_at
        FROM ledger l WHERE l.tenant_id = p_tenant_id AND l.run_id >= first_run GROUP BY l.run_id) b
  FULL JOIN (SELECT r.* FROM run r WHERE r.tenant_id = p_tenant_id AND r.id >= first_run) r ON r.id = b.run_id
  CROSS JOIN LATERAL (
    SELECT coalesce(r.id, b.run_id) AS run_id, v.field, coalesce(v.booked, 0)::bigint AS expected, coalesce(v.kept, 0)::bigint AS found
    FROM (VALUES ('executed_ms', b.executed, r.executed_ms), ('lost_ms', b.lost, r.lost_ms), ('model_spend_micros', b.spend, r.model_spend_micros),
                 ('input_tokens', b.input, r.input_tokens::bigint), ('output_tokens', b.output, r.output_tokens::bigint)) AS v (field, booked, kept)) m
  CROSS JOIN LATERAL period_bounds(anchor, coalesce(b.occurred_at, r.created_at))
  WHERE m.expected <> m.found;

  -- Runs by themselves. Events are looked at for three days after the end: a sweep a day sees each end more than once.
  RETURN QUERY
  SELECT c.check_name, period_bounds.period_start, r.id, c.expected, c.found
  FROM run r CROSS JOIN LATERAL (
    SELECT 'lease_of_ended_run', 0::bigint, r.lease_ms + r.lease_micros WHERE r.status <> 'running' AND (r.lease_ms <> 0 OR r.lease_micros <> 0)
    UNION ALL SELECT 'finished_at', (r.status = ANY (ended))::int::bigint, (r.finished_at IS NOT NULL)::int::bigint WHERE (r.status = ANY (ended)) <> (r.finished_at IS NOT NULL)
    UNION ALL
    SELECT 'end_event', 1::bigint, CASE WHEN e.own = 0 THEN 0 ELSE e.ends END
    FROM (SELECT count(*) AS ends, count(*) FILTER (WHERE v.type = 'run.' || r.status) AS own FROM run_event v
          WHERE v.tenant_id = r.tenant_id AND v.run_id = r.id AND v.type IN ('run.succeeded', 'run.failed', 'run.canceled', 'run.timed_out', 'run.stopped')) e
    WHERE r.finished_at > now() - interval '3 days' AND r.content_deleted_at IS NULL AND (e.ends <> 1 OR e.own <> 1)
  ) AS c (check_name, expected, found)
  CROSS JOIN LATERAL period_bounds(anchor, r.created_at)
  WHERE r.tenant_id = p_tenant_id AND r.id >= first_run;

  -- What runs hold beside what the counters say is out.
  RETURN QUERY
  SELECT s.check_name, s.period_start, s.subject, s.expected, s.found FROM (
    SELECT 'lease' AS check_name, coalesce(h.period_start, c.period_start) AS period_start, coalesce(h.meter, c.meter) AS subject, coalesce(h.held, 0) AS expected, coalesce(c.leased, 0) AS found
    FROM (SELECT v.period_start, v.meter, sum(v.held)::bigint AS held FROM run r
          CROSS JOIN LATERAL (VALUES (r.lease_period_start, 'agent_ms', r.lease_ms), (coalesce(r.spend_period_start, r.lease_period_start), 'model_micros', r.lease_micros)) AS v (period_start, meter, held)
          WHERE r.tenant_id = p_tenant_id AND r.id >= first_run AND v.held <> 0 GROUP BY 1, 2) h
    FULL JOIN (SELECT u.period_start, m.meter, m.leased FROM usage_counter u CROSS JOIN LATERAL (VALUES ('agent_ms', u.leased_ms), ('model_micros', u.leased_micros)) AS m (meter, leased)
               WHERE u.tenant_id = p_tenant_id) c ON c.period_start = h.period_start AND c.meter = h.meter
    UNION ALL
    SELECT 'key_lease', coalesce(h.period_start, c.period_start), coalesce(h.api_key_id, c.api_key_id), coalesce(h.held, 0), coalesce(c.leased_ms, 0)
    FROM (SELECT r.lease_period_start AS period_start, r.api_key_id, sum(r.lease_ms)::bigint AS held FROM run r
          WHERE r.tenant_id = p_tenant_id AND r.id >= first_run AND r.lease_ms <> 0 AND r.api_key_id IS NOT NULL GROUP BY 1, 2) h
    FULL JOIN (SELECT u.period_start, u.api_key_id, u.leased_ms FROM key_counter u WHERE u.tenant_id = p_tenant_id) c ON c.period_start = h.period_start AND c.api_key_id = h.api_key_id) s
  WHERE s.expected <> s.found;

  -- More runs at once than the limit allows. After a limit was lowered the runs that were under way may end first.
  RETURN QUERY
  SELECT 'concurrency', this_period, 'running runs', l.concurrent_runs::bigint, c.running
  FROM effective_limit l CROSS JOIN LATERAL (
    SELECT count(*) AS running, max(r.max_ms) AS longest FROM run r WHERE r.tenant_id = p_tenant_id AND r.status = 'running') c
  WHERE l.tenant_id = p_tenant_id AND c.running > l.concurrent_runs
    AND (changed IS NULL OR changed < now() - interval '1 hour' - make_interval(secs => 2 * c.longest / 1000.0) OR NOT EXISTS (
      SELECT 1 FROM audit_log a WHERE a.tenant_id = p_tenant_id AND a.target_type = 'tenant'
        AND a.id >= id_floor('aud', now() - interval '1 hour' - make_interval(secs => 2 * c.longest / 1000.0))));

  -- The index makes it impossible; that it is there is part of the proof.
  RETURN QUERY
  SELECT 'alert_repeated', a.period_start, concat_ws(' ', a.kind, a.meter, a.percent || '%', nullif(a.api_key_id, '')), 1::bigint, count(*)
  FROM usage_alert a WHERE a.tenant_id = p_tenant_id GROUP BY a.period_start, a.kind, a.meter, a.percent, a.api_key_id HAVING count(*) > 1;
END $$;

-- The platform's own days beside everybody's. A tenant that was purged used nothing in its last thirty days; what it used
-- before is in the platform's sum alone.
CREATE FUNCTION reconcile_platform()
RETURNS TABLE (check_name text, period_start timestamptz, subject text, expected bigint, found bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT 'platform_spend', NULL::timestamptz, coalesce(d.day, s.day)::text, coalesce(d.micros, 0), coalesce(s.micros, 0)
  FROM (SELECT u.day, sum(u.quantity)::bigint AS micros FROM usage_daily u WHERE u.meter = 'model_micros' AND u.day > (now() AT TIME ZONE 'UTC')::date - 28 GROUP BY 1) d
  FULL JOIN (SELECT p.day, p.micros FROM platform_spend p WHERE p.day > (now() AT TIME ZONE 'UTC')::date - 28) s ON s.day = d.day
  WHERE coalesce(d.micros, 0) <> coalesce(s.micros, 0);
$$;

-- Begins a sweep over everybody and returns its id. `daily`: null when today's is done, or another process is at it; one
-- that was left for ten minutes is begun anew. Sweeps are kept for ninety days.
CREATE FUNCTION begin_reconciliation(p_kind text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  begun text := new_id('rec');
BEGIN
  IF p_kind NOT IN ('daily', 'script') THEN
    RAISE EXCEPTION 'a sweep is daily or by the script' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('begin_reconciliation'));
  IF p_kind = 'daily' AND EXISTS (
    SELECT 1 FROM reconciliation r WHERE r.kind = 'daily' AND r.started_at >= date_trunc('day', now(), 'UTC')
      AND (r.finished_at IS NOT NULL OR r.seen_at > now() - interval '10 minutes')) THEN
    RETURN NULL;
  END IF;
  DELETE FROM reconciliation r WHERE r.started_at < now() - interval '90 days' OR (r.kind = p_kind AND r.finished_at IS NULL AND r.seen_at < now() - interval '10 minutes');
  INSERT INTO reconciliation (id, kind) VALUES (begun, p_kind);
  RETURN begun;
END $$;

-- Compares the tenant whose id follows `p_after`, and writes down at most 500 of its differences. No row: nobody follows,
-- or there is no such sweep under way.
CREATE FUNCTION reconcile_next(p_id text, p_after text) RETURNS TABLE (tenant_id text, differences bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  next_id text;
  written bigint;
BEGIN
  PERFORM 1 FROM reconciliation r WHERE r.id = p_id AND r.finished_at IS NULL;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT t.id INTO next_id FROM tenant t WHERE t.id > p_after ORDER BY t.id LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO reconciliation_difference (id, reconciliation_id, tenant_id, check_name, period_start, subject, expected, found)
  SELECT new_id('dif'), p_id, next_id, d.check_name, d.period_start, d.subject, d.expected, d.found FROM reconcile_tenant(next_id) d LIMIT 500;
  GET DIAGNOSTICS written = ROW_COUNT;
  UPDATE reconciliation r SET tenants = r.tenants + 1, differences = r.differences + written, seen_at = clock_timestamp() WHERE r.id = p_id;
  RETURN QUERY SELECT next_id, written;
END $$;

-- Ends a sweep with what belongs to no tenant. Returns how many differences it found in all; null: there is none such under way.
CREATE FUNCTION finish_reconciliation(p_id text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  written int;
  total int;
BEGIN
  PERFORM 1 FROM reconciliation r WHERE r.id = p_id AND r.finished_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO reconciliation_difference (id, reconciliation_id, check_name, period_start, subject, expected, found)
  SELECT new_id('dif'), p_id, d.check_name, d.period_start, d.subject, d.expected, d.found FROM reconcile_platform() d;
  GET DIAGNOSTICS written = ROW_COUNT;
  UPDATE reconciliation r SET differences = r.differences + written, finished_at = clock_timestamp() WHERE r.id = p_id RETURNING r.differences INTO total;
  RETURN total;
END $$;

-- Compares one tenant (by id or slug) now, for staff, and keeps the outcome as a sweep of its own. Fails (no_data_found) when there is none.
CREATE FUNCTION staff_reconcile(p_staff_id text, p_tenant text)
RETURNS TABLE (check_name text, period_start timestamptz, subject text, expected bigint, found bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  begun text := new_id('rec');
  of_tenant text;
  written int;
BEGIN
  PERFORM require_staff(p_staff_id);
  SELECT t.id INTO of_tenant FROM tenant t WHERE t.id = p_tenant OR t.slug = p_tenant;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no such tenant' USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO reconciliation (id, kind, tenants) VALUES (begun, 'tenant', 1);
  INSERT INTO reconciliation_difference (id, reconciliation_id, tenant_id, check_name, period_start, subject, expected, found)
  SELECT new_id('dif'), begun, of_tenant, d.check_name, d.period_start, d.subject, d.expected, d.found FROM reconcile_tenant(of_tenant) d LIMIT 500;
  GET DIAGNOSTICS written = ROW_COUNT;
  UPDATE reconciliation r SET differences = written, finished_at = clock_timestamp() WHERE r.id = begun;
  RETURN QUERY SELECT d.check_name, d.period_start, d.subject, d.expected, d.found FROM reconciliation_difference d WHERE d.reconciliation_id = begun ORDER BY d.id;
END $$;

-- The last whole sweep with its first differences, for staff; null while there was none.
CREATE FUNCTION staff_show_reconciliation(p_staff_id text, p_most int) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  RETURN (
    SELECT to_jsonb(r) || jsonb_build_object('took_ms', round(extract(epoch FROM r.finished_at - r.started_at) * 1000), 'list', (
      SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.id), '[]') FROM (
        SELECT f.*, t.slug, t.name FROM reconciliation_difference f LEFT JOIN tenant t ON t.id = f.tenant_id WHERE f.reconciliation_id = r.id ORDER BY f.id LIMIT p_most) d))
    FROM reconciliation r WHERE r.finished_at IS NOT NULL AND r.kind IN ('daily', 'script') ORDER BY r.started_at DESC LIMIT 1);
END $$;

-- One tenant by its slug as staff see it: limits with where they come from, the last periods' counters, alerts. Null: there is none such.
CREATE FUNCTION staff_show_tenant(p_staff_id text, p_slug text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  RETURN (
    SELECT jsonb_build_object(
      'id', t.id, 'slug', t.slug, 'name', t.name, 'plan_id', t.plan_id, 'created_at', t.created_at, 'paused_at', t.paused_at, 'pause_reason', t.pause_reason, 'delete_after', t.delete_after,
      'period_start', b.period_start, 'period_end', b.period_end, 'members', (SELECT count(*) FROM member m WHERE m.tenant_id = t.id),
      'limits', to_jsonb(l) - 'tenant_id', 'plan', to_jsonb(p) - 'id', 'caps', jsonb_build_object('agent_ms', k.cap_ms, 'model_micros', k.cap_micros, 'api_calls', l.cap_calls),
      'override', (SELECT to_jsonb(o) - 'tenant_id' || jsonb_build_object('set_by_name', (SELECT u.name FROM user_account u WHERE u.id = o.set_by), 'expired', coalesce(o.expires_at <= now(), false))
                   FROM tenant_override o WHERE o.tenant_id = t.id),
      'periods', (SELECT coalesce(jsonb_agg(jsonb_build_object('start', q.period_start, 'end', q.ends, 'agent_ms', q.used_ms, 'model_micros', q.used_micros, 'api_calls', q.calls) ORDER BY q.period_start DESC), '[]')
                  FROM (SELECT u.*, e.period_end AS ends FROM usage_counter u CROSS JOIN LATERAL period_bounds(t.period_anchor_at, u.period_start) e
                        WHERE u.tenant_id = t.id AND u.period_start >= raw_usage_since() ORDER BY u.period_start DESC LIMIT 3) q),
      'alerts', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind, 'key', a.key_name, 'meter', a.meter, 'percent', a.percent, 'used', a.used, 'quota', a.quota,
                          'crossed_at', a.crossed_at, 'notified_at', a.notified_at) ORDER BY a.id DESC), '[]')
                 FROM (SELECT x.*, n.name AS key_name FROM usage_alert x LEFT JOIN api_key n ON n.tenant_id = x.tenant_id AND n.id = x.api_key_id
                       WHERE x.tenant_id = t.id ORDER BY x.id DESC LIMIT 10) a))
    FROM tenant t JOIN plan p ON p.id = t.plan_id JOIN effective_limit l ON l.tenant_id = t.id CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
    LEFT JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
    CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                               coalesce(c.used_ms + c.leased_ms, 0), coalesce(c.used_micros + c.leased_micros, 0)) k
    WHERE t.slug = p_slug);
END $$;

REVOKE ALL ON FUNCTION raw_usage_since(), id_floor(text, timestamptz), reconcile_tenant(text), reconcile_platform(), begin_reconciliation(text), reconcile_next(text, text),
  finish_reconciliation(text), staff_reconcile(text, text), staff_show_reconciliation(text, int), staff_show_tenant(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION begin_reconciliation(text), reconcile_next(text, text), finish_reconciliation(text), staff_reconcile(text, text), staff_show_reconciliation(text, int),
  staff_show_tenant(text, text) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
