-- Watching usage: thresholds that are crossed, hours that cost far more than usual, the pause at twice the quota, and the
-- platform's own day. Crossings are found in the transaction that projects the ledger, so each is recorded once, however
-- many processes look.

-- CreateTable
CREATE TABLE "alert_rule" (
    "tenant_id" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL DEFAULT '',
    "meter" TEXT NOT NULL,
    "percent" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_rule_pkey" PRIMARY KEY ("tenant_id","api_key_id","meter","percent")
);
ALTER TABLE alert_rule ADD CONSTRAINT alert_rule_meter CHECK (meter IN ('agent_ms', 'model_micros', 'api_calls')),
  ADD CONSTRAINT alert_rule_percent CHECK (percent BETWEEN 1 AND 199);

-- CreateTable
CREATE TABLE "usage_alert" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL DEFAULT '',
    "meter" TEXT NOT NULL,
    "period_start" TIMESTAMPTZ(3) NOT NULL,
    "percent" INTEGER NOT NULL,
    "used" BIGINT NOT NULL,
    "quota" BIGINT NOT NULL,
    "cap" BIGINT NOT NULL,
    "crossed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "notified_at" TIMESTAMPTZ(3),
    "dismissed_at" TIMESTAMPTZ(3),

    CONSTRAINT "usage_alert_pkey" PRIMARY KEY ("id")
);
-- CreateIndex
CREATE UNIQUE INDEX "usage_alert_once" ON "usage_alert"("tenant_id", "period_start", "kind", "api_key_id", "meter", "percent");
CREATE INDEX "usage_alert_tenant_id_id_idx" ON "usage_alert"("tenant_id", "id");
CREATE INDEX usage_alert_to_tell ON usage_alert (id) WHERE notified_at IS NULL;
ALTER TABLE usage_alert ADD CONSTRAINT usage_alert_kind CHECK (kind IN ('threshold', 'anomaly')),
  ADD CONSTRAINT usage_alert_meter CHECK (meter IN ('agent_ms', 'model_micros', 'api_calls', 'cost_micros'));

SELECT wall_in('alert_rule');
SELECT wall_in('usage_alert');
GRANT SELECT, INSERT, DELETE ON alert_rule TO stint_app;
GRANT SELECT ON usage_alert TO stint_app;
GRANT UPDATE (dismissed_at) ON usage_alert TO stint_app;
GRANT SELECT, DELETE ON alert_rule TO stint_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON usage_alert TO stint_system;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- A new public id, as lib/core/ids.ts makes them: the prefix and a UUIDv7 in Crockford base32.
CREATE FUNCTION new_id(p_prefix text) RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p_prefix || '_' || string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', substring(b.bits FROM n FOR 5)::bit(5)::int + 1, 1), '' ORDER BY n)
  FROM (SELECT B'00' || ('x' || replace(uuidv7()::text, '-', ''))::bit(128) AS bits) b, generate_series(1, 126, 5) n;
$$;

-- Records every threshold that these tenants and their keys have reached in their current period, and pauses who has
-- reached twice its minutes. Time ends at less than the least slice before a cap, because none can be given for the rest.
-- Safe to repeat. Returns how many crossings were new.
CREATE FUNCTION check_thresholds(p_tenant_ids text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  least_slice_ms CONSTANT bigint := 500;
  crossed bigint;
BEGIN
  WITH subject AS (
    SELECT t.id AS tenant_id, '' AS api_key_id, b.period_start, m.meter, m.used, m.quota, m.cap, m.slack
    FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
    JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
    JOIN effective_limit l ON l.tenant_id = t.id
    CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled, c.used_ms, c.used_micros) k
    CROSS JOIN LATERAL (VALUES ('agent_ms', c.used_ms, l.quota_ms, k.cap_ms, least_slice_ms), ('model_micros', c.used_micros, l.quota_micros, k.cap_micros, 0),
                               ('api_calls', c.calls, l.cap_calls, l.cap_calls, 0)) AS m (meter, used, quota, cap, slack)
    WHERE t.id = ANY (p_tenant_ids)
    UNION ALL
    SELECT k.tenant_id, k.id, c.period_start, 'agent_ms', c.used_ms, k.monthly_cap_ms, k.monthly_cap_ms, least_slice_ms
    FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
    JOIN key_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
    JOIN api_key k ON k.tenant_id = c.tenant_id AND k.id = c.api_key_id AND k.monthly_cap_ms IS NOT NULL
    WHERE t.id = ANY (p_tenant_ids)
  ), reached AS (
    SELECT s.*, h.percent FROM subject s CROSS JOIN LATERAL (
      SELECT d.percent FROM (VALUES (80), (100), (200)) AS d (percent)
      UNION SELECT r.percent FROM alert_rule r WHERE r.tenant_id = s.tenant_id AND r.api_key_id = s.api_key_id AND r.meter = s.meter) h
    WHERE s.quota > 0 AND s.used + CASE WHEN h.percent IN (100, 200) THEN least(s.slack, s.quota - 1) ELSE 0 END >= s.quota * h.percent / 100.0
  ), recorded AS (
    INSERT INTO usage_alert (id, tenant_id, kind, api_key_id, meter, period_start, percent, used, quota, cap)
    SELECT new_id('alr'), r.tenant_id, 'threshold', r.api_key_id, r.meter, r.period_start, r.percent, r.used, r.quota, r.cap FROM reached r
    WHERE NOT EXISTS (SELECT 1 FROM usage_alert a WHERE a.tenant_id = r.tenant_id AND a.period_start = r.period_start AND a.kind = 'threshold'
                        AND a.api_key_id = r.api_key_id AND a.meter = r.meter AND a.percent = r.percent)
    ORDER BY r.tenant_id, r.api_key_id, r.meter, r.percent
    ON CONFLICT DO NOTHING RETURNING 1
  ), paused AS (
    UPDATE tenant t SET paused_at = now(), pause_reason = 'twice_quota'
    WHERE t.paused_at IS NULL AND EXISTS (SELECT 1 FROM reached r WHERE r.tenant_id = t.id AND r.api_key_id = '' AND r.meter = 'agent_ms' AND r.percent = 200
                                            AND r.period_start IS DISTINCT FROM t.pause_waived_for)
  )
  SELECT count(*) INTO crossed FROM recorded;
  RETURN crossed;
END $$;

-- Ends the pauses at twice the quota whose reason is gone: a new period began, or more was agreed. Returns which tenants.
CREATE FUNCTION lift_pauses() RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE tenant t SET paused_at = NULL, pause_reason = NULL
  WHERE t.pause_reason = 'twice_quota' AND NOT EXISTS (
    SELECT 1 FROM period_bounds(t.period_anchor_at, now()) b
    JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
    JOIN effective_limit l ON l.tenant_id = t.id
    WHERE c.used_ms + 500 >= 2 * l.quota_ms)
  RETURNING t.id;
$$;

-- As before, and: the days, the platform's own day, and the thresholds of everybody who used something.
CREATE OR REPLACE FUNCTION project_usage() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  low xid8;
  high xid8;
  added bigint;
  touched text[];
BEGIN
  SELECT watermark INTO low FROM projection WHERE name = 'usage_hourly' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  high := pg_snapshot_xmin(pg_current_snapshot());
  IF high <= low THEN
    RETURN 0;
  END IF;
  WITH fresh AS MATERIALIZED (
    SELECT f.tenant_id, date_trunc('hour', f.occurred_at, 'UTC') AS hour, f.meter, coalesce(f.agent_id, '') AS agent_id, coalesce(f.api_key_id, '') AS api_key_id,
           f.billed, sum(f.quantity) AS quantity, count(*) AS rows
    FROM ledger f WHERE f.xid >= low AND f.xid < high GROUP BY 1, 2, 3, 4, 5, 6
  ), hours AS (
    INSERT INTO usage_hourly AS h (tenant_id, hour, meter, agent_id, api_key_id, billed, quantity)
    SELECT f.tenant_id, f.hour, f.meter, f.agent_id, f.api_key_id, f.billed, f.quantity FROM fresh f
    ON CONFLICT (tenant_id, hour, meter, agent_id, api_key_id, billed) DO UPDATE SET quantity = h.quantity + excluded.quantity
  ), days AS (
    INSERT INTO usage_daily AS d (tenant_id, day, meter, agent_id, api_key_id, billed, quantity)
    SELECT f.tenant_id, (f.hour AT TIME ZONE 'UTC')::date, f.meter, f.agent_id, f.api_key_id, f.billed, sum(f.quantity) FROM fresh f GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (tenant_id, day, meter, agent_id, api_key_id, billed) DO UPDATE SET quantity = d.quantity + excluded.quantity
  ), spend AS (
    -- What the platform pays for, billed or not.
    INSERT INTO platform_spend AS s (day, micros)
    SELECT (f.hour AT TIME ZONE 'UTC')::date, sum(f.quantity) FROM fresh f WHERE f.meter = 'model_micros' GROUP BY 1
    ON CONFLICT (day) DO UPDATE SET micros = s.micros + excluded.micros
  )
  SELECT coalesce(sum(f.rows), 0), array_agg(DISTINCT f.tenant_id) INTO added, touched FROM fresh f;
  IF added > 0 THEN
    UPDATE projection SET watermark = high, updated_at = now() WHERE name = 'usage_hourly';
    PERFORM check_thresholds(touched);
  END IF;
  RETURN added;
END $$;

-- Trips the platform's breaker for today once the day's model spend has reached `p_limit_micros`. True: it tripped now.
CREATE FUNCTION trip_breaker(p_limit_micros bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE platform_spend s SET tripped_at = now(), limit_micros = p_limit_micros
  WHERE s.day = (now() AT TIME ZONE 'UTC')::date AND s.tripped_at IS NULL AND s.micros >= p_limit_micros;
  RETURN FOUND;
END $$;

-- Records, for the hour under way, who pays more than five times what an hour usually costs them: the median of their
-- active hours of the last fourteen days, of which there have to be enough to speak of usual, and at least half a
-- dollar. One notice an hour and tenant. Minutes are priced as overage is. Returns how many were new.
CREATE FUNCTION find_anomalies() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH active AS (
    SELECT DISTINCT h.tenant_id FROM usage_hourly h WHERE h.hour = date_trunc('hour', now(), 'UTC')
  ), priced AS (
    SELECT h.tenant_id, h.hour, sum(CASE h.meter WHEN 'agent_ms' THEN h.quantity * coalesce(l.overage_micros_per_minute, 50000) / 60000.0
                                                 WHEN 'model_micros' THEN h.quantity ELSE 0 END)::bigint AS cost
    FROM active a JOIN usage_hourly h ON h.tenant_id = a.tenant_id AND h.hour >= date_trunc('hour', now(), 'UTC') - interval '14 days' AND h.billed
    JOIN effective_limit l ON l.tenant_id = h.tenant_id
    GROUP BY 1, 2
  ), usual AS (
    SELECT p.tenant_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY p.cost)::bigint AS cost
    FROM priced p WHERE p.hour < date_trunc('hour', now(), 'UTC') AND p.cost > 0 GROUP BY 1 HAVING count(*) >= 12
  ), recorded AS (
    INSERT INTO usage_alert (id, tenant_id, kind, meter, period_start, percent, used, quota, cap)
    SELECT new_id('alr'), p.tenant_id, 'anomaly', 'cost_micros', p.hour, 500, p.cost, u.cost, 0
    FROM priced p JOIN usual u ON u.tenant_id = p.tenant_id
    WHERE p.hour = date_trunc('hour', now(), 'UTC') AND p.cost >= 500000 AND p.cost > 5 * u.cost
      AND NOT EXISTS (SELECT 1 FROM usage_alert a WHERE a.tenant_id = p.tenant_id AND a.period_start = p.hour AND a.kind = 'anomaly')
    ON CONFLICT DO NOTHING RETURNING 1
  )
  SELECT count(*) FROM recorded;
$$;

-- Alerts that nobody was told of yet. The caller enqueues their mails in its own transaction, by which they count as told.
CREATE FUNCTION take_alerts(p_most int) RETURNS TABLE (alert_id text, tenant_id text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE usage_alert a SET notified_at = now()
  WHERE a.id IN (SELECT w.id FROM usage_alert w WHERE w.notified_at IS NULL ORDER BY w.id LIMIT p_most FOR UPDATE SKIP LOCKED)
  RETURNING a.id, a.tenant_id;
$$;

-- Fails unless this user is staff.
CREATE FUNCTION require_staff(p_staff_id text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM user_account u WHERE u.id = p_staff_id AND u.is_staff) THEN
    RAISE EXCEPTION 'staff only' USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

-- The audit row of what staff did to a tenant.
CREATE FUNCTION audit_staff(p_staff_id text, p_tenant_id text, p_action text, p_before jsonb, p_after jsonb, p_ip text, p_request_id text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO audit_log (id, tenant_id, actor_type, actor_id, action, target_type, target_id, before, after, ip, request_id)
  VALUES (new_id('aud'), p_tenant_id, 'staff', p_staff_id, p_action, 'tenant', p_tenant_id, p_before, p_after, p_ip, p_request_id);
$$;

-- Sets what staff agreed with a tenant (keys as the columns of `tenant_override`; absent: the plan's own), or takes it away (null).
-- False: there is no such tenant.
CREATE FUNCTION staff_set_override(p_staff_id text, p_tenant_id text, p_values jsonb, p_ip text, p_request_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  before jsonb;
BEGIN
  PERFORM require_staff(p_staff_id);
  PERFORM 1 FROM tenant t WHERE t.id = p_tenant_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT jsonb_strip_nulls(to_jsonb(o) - 'tenant_id' - 'updated_at') INTO before FROM tenant_override o WHERE o.tenant_id = p_tenant_id;
  DELETE FROM tenant_override o WHERE o.tenant_id = p_tenant_id;
  IF p_values IS NOT NULL THEN
    INSERT INTO tenant_override
    SELECT v.* FROM jsonb_populate_record(NULL::tenant_override, p_values || jsonb_build_object('tenant_id', p_tenant_id, 'set_by', p_staff_id, 'updated_at', now())) v;
  END IF;
  PERFORM audit_staff(p_staff_id, p_tenant_id, 'tenant.override', before, p_values, p_ip, p_request_id);
  PERFORM check_thresholds(ARRAY[p_tenant_id]);
  RETURN true;
END $$;

-- Pauses a tenant for a reason of the platform's, or ends whatever pause it has but a deletion; a pause at twice the quota does not
-- come back in the same period. False: there is no such tenant.
CREATE FUNCTION staff_pause(p_staff_id text, p_tenant_id text, p_paused boolean, p_note text, p_ip text, p_request_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  seen tenant;
BEGIN
  PERFORM require_staff(p_staff_id);
  SELECT t.* INTO seen FROM tenant t WHERE t.id = p_tenant_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF seen.delete_after IS NOT NULL THEN
    RAISE EXCEPTION 'this tenant is being deleted' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF p_paused THEN
    UPDATE tenant SET paused_at = coalesce(paused_at, now()), pause_reason = 'staff' WHERE id = p_tenant_id;
  ELSE
    UPDATE tenant SET paused_at = NULL, pause_reason = NULL,
      pause_waived_for = (SELECT b.period_start FROM period_bounds(seen.period_anchor_at, now()) b) WHERE id = p_tenant_id;
  END IF;
  PERFORM audit_staff(p_staff_id, p_tenant_id, CASE WHEN p_paused THEN 'tenant.pause' ELSE 'tenant.resume' END,
    jsonb_build_object('paused', seen.paused_at IS NOT NULL, 'reason', seen.pause_reason), jsonb_build_object('paused', p_paused, 'note', p_note), p_ip, p_request_id);
  RETURN true;
END $$;

-- Corrects what a tenant used in a period by one ledger row with a reason; counter and rollups follow. Fails (check_violation)
-- when less than nothing would be left. Null: no such tenant or period. Returns the row's id.
CREATE FUNCTION staff_adjust_usage(p_staff_id text, p_tenant_id text, p_period_start timestamptz, p_meter text, p_quantity bigint, p_reason text, p_ip text, p_request_id text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  ends timestamptz;
  row_id bigint;
BEGIN
  PERFORM require_staff(p_staff_id);
  SELECT b.period_end INTO ends FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, p_period_start) b
  WHERE t.id = p_tenant_id AND b.period_start = p_period_start;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE usage_counter c SET
    used_ms = c.used_ms + CASE WHEN p_meter = 'agent_ms' THEN p_quantity ELSE 0 END,
    used_micros = c.used_micros + CASE WHEN p_meter = 'model_micros' THEN p_quantity ELSE 0 END,
    calls = c.calls + CASE WHEN p_meter = 'api_calls' THEN p_quantity ELSE 0 END
  WHERE c.tenant_id = p_tenant_id AND c.period_start = p_period_start;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO ledger (tenant_id, period_start, meter, quantity, adjusted_by, reason, occurred_at)
  VALUES (p_tenant_id, p_period_start, p_meter, p_quantity, p_staff_id, p_reason, greatest(p_period_start, least(now(), ends - interval '1 millisecond')))
  RETURNING id INTO row_id;
  PERFORM audit_staff(p_staff_id, p_tenant_id, 'usage.adjust', NULL,
    jsonb_build_object('period_start', p_period_start, 'meter', p_meter, 'quantity', p_quantity, 'reason', p_reason), p_ip, p_request_id);
  RETURN row_id;
END $$;

-- Lets new runs begin again today although the platform's breaker has tripped. False: it has not.
CREATE FUNCTION staff_lift_breaker(p_staff_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  UPDATE platform_spend s SET lifted_at = now(), lifted_by = p_staff_id
  WHERE s.day = (now() AT TIME ZONE 'UTC')::date AND s.tripped_at IS NOT NULL AND s.lifted_at IS NULL;
  RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION new_id(text), check_thresholds(text[]), lift_pauses(), trip_breaker(bigint), find_anomalies(), take_alerts(int), require_staff(text),
  audit_staff(text, text, text, jsonb, jsonb, text, text), staff_set_override(text, text, jsonb, text, text), staff_pause(text, text, boolean, text, text, text),
  staff_adjust_usage(text, text, timestamptz, text, bigint, text, text, text), staff_lift_breaker(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION check_thresholds(text[]), lift_pauses(), trip_breaker(bigint), find_anomalies(), take_alerts(int), staff_set_override(text, text, jsonb, text, text),
  staff_pause(text, text, boolean, text, text, text), staff_adjust_usage(text, text, timestamptz, text, bigint, text, text, text), staff_lift_breaker(text) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
