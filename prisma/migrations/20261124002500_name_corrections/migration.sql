-- Name corrections for what they are: a row by which staff corrected usage belongs to no agent and no key, and neither does a call
-- from a browser. 'correction' in the place of the agent tells them apart, in the ledger and in every rollup of it. And what staff see:
-- when a workspace was last used to the moment, and Stripe's events without those that were nobody's business.

CREATE INDEX stripe_event_not_ignored ON stripe_event (received_at DESC, id DESC) WHERE status <> 'ignored';
CREATE INDEX stripe_event_ignored ON stripe_event (type, tenant_id) WHERE status = 'ignored';

GRANT UPDATE (agent_id) ON ledger TO stint_system;
GRANT CREATE ON SCHEMA public TO stint_system;
SET ROLE stint_system;

-- Corrections that are there. Nobody projects meanwhile; those that were projected change their place in the rollups, too. Raw rows
-- are kept for about ninety days: what is older stays where it is.
DO $$
DECLARE
  mark xid8;
BEGIN
  SELECT p.watermark INTO mark FROM projection p WHERE p.name = 'usage_hourly' FOR UPDATE;
  WITH named AS (
    UPDATE ledger l SET agent_id = 'correction'
    WHERE l.tenant_id IN (SELECT a.tenant_id FROM audit_log a WHERE a.action = 'usage.adjust') AND l.adjusted_by IS NOT NULL AND l.agent_id IS NULL
    RETURNING l.tenant_id, date_trunc('hour', l.occurred_at, 'UTC') AS hour, l.meter, l.billed, l.quantity, l.xid < mark AS projected
  ), moved AS MATERIALIZED (
    SELECT n.tenant_id, n.hour, n.meter, v.agent_id, n.billed, sum(v.quantity) AS quantity
    FROM named n CROSS JOIN LATERAL (VALUES ('', -n.quantity), ('correction', n.quantity)) AS v (agent_id, quantity)
    WHERE n.projected GROUP BY 1, 2, 3, 4, 5
  ), hours AS (
    INSERT INTO usage_hourly AS h (tenant_id, hour, meter, agent_id, api_key_id, billed, quantity)
    SELECT m.tenant_id, m.hour, m.meter, m.agent_id, '', m.billed, m.quantity FROM moved m
    ON CONFLICT (tenant_id, hour, meter, agent_id, api_key_id, billed) DO UPDATE SET quantity = h.quantity + excluded.quantity
  )
  INSERT INTO usage_daily AS d (tenant_id, day, meter, agent_id, api_key_id, billed, quantity)
  SELECT m.tenant_id, (m.hour AT TIME ZONE 'UTC')::date, m.meter, m.agent_id, '', m.billed, sum(m.quantity) FROM moved m GROUP BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (tenant_id, day, meter, agent_id, api_key_id, billed) DO UPDATE SET quantity = d.quantity + excluded.quantity;
END $$;

-- As before, and its rows say that they are corrections.
CREATE OR REPLACE FUNCTION staff_adjust_usage(p_staff_id text, p_tenant_id text, p_period_start timestamptz, p_meter text, p_quantity bigint, p_reason text, p_ip text, p_request_id text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  seen usage_counter;
  l effective_limit;
  over bigint := 0;
  units bigint := 0;
  price bigint;
  dear bigint := 0;
  reported bigint;
  credited bigint;
  total bigint;
  at timestamptz;
  row_id bigint;
BEGIN
  PERFORM require_staff(p_staff_id);
  -- The tenant before the counter: a credit refers to it.
  PERFORM 1 FROM tenant t WHERE t.id = p_tenant_id FOR KEY SHARE;
  SELECT c.* INTO seen FROM usage_counter c WHERE c.tenant_id = p_tenant_id AND c.period_start = p_period_start FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT e.* INTO l FROM effective_limit e WHERE e.tenant_id = p_tenant_id;
  IF p_meter = 'agent_ms' AND p_quantity < 0 THEN
    over := -least(-p_quantity, seen.overage_ms);
    IF over < 0 THEN
      units := -floor(seen.overage_units::numeric * -over / seen.overage_ms)::bigint;
      price := units / over;
      dear := -units - price * -over;
    END IF;
  ELSIF p_meter = 'agent_ms' THEN
    over := overage_of_time(p_quantity, seen.used_ms, l.quota_ms, l.overage_enabled, l.overage_micros_per_minute, l.spend_limit_micros, seen.overage_units, seen.overage_micros);
    price := CASE WHEN over > 0 THEN l.overage_micros_per_minute END;
    units := over * coalesce(price, 0);
  ELSIF p_meter = 'model_micros' THEN
    over := CASE WHEN p_quantity < 0 THEN -least(-p_quantity, seen.overage_micros)
                 ELSE overage_of_spend(p_quantity, seen.used_micros, l.quota_micros, l.overage_enabled, l.spend_limit_micros, seen.overage_units, seen.overage_micros) END;
  END IF;
  UPDATE usage_counter c SET
    used_ms = c.used_ms + CASE WHEN p_meter = 'agent_ms' THEN p_quantity ELSE 0 END,
    used_micros = c.used_micros + CASE WHEN p_meter = 'model_micros' THEN p_quantity ELSE 0 END,
    calls = c.calls + CASE WHEN p_meter = 'api_calls' THEN p_quantity ELSE 0 END,
    overage_ms = c.overage_ms + CASE WHEN p_meter = 'agent_ms' THEN over ELSE 0 END, overage_units = c.overage_units + units,
    overage_micros = c.overage_micros + CASE WHEN p_meter = 'model_micros' THEN over ELSE 0 END
  WHERE c.tenant_id = p_tenant_id AND c.period_start = p_period_start
  RETURNING c.overage_units / 60000 + c.overage_micros INTO total;
  at := greatest(p_period_start, least(now(), seen.period_end - interval '1 millisecond'));
  INSERT INTO ledger (tenant_id, period_start, meter, quantity, overage, overage_price, agent_id, adjusted_by, reason, occurred_at)
  VALUES (p_tenant_id, p_period_start, p_meter, p_quantity + dear, over + dear, price, 'correction', p_staff_id, p_reason, at)
  RETURNING id INTO row_id;
  IF dear > 0 THEN
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, overage, overage_price, agent_id, adjusted_by, reason, occurred_at)
    VALUES (p_tenant_id, p_period_start, p_meter, -dear, -dear, price + 1, 'correction', p_staff_id, p_reason, at);
  END IF;
  SELECT coalesce(max(r.to_micros), 0) INTO reported FROM meter_report r WHERE r.tenant_id = p_tenant_id AND r.period_start = p_period_start;
  SELECT coalesce(sum(g.cents), 0) INTO credited FROM billing_credit g WHERE g.tenant_id = p_tenant_id AND g.period_start = p_period_start;
  IF cents_of(reported) - credited > cents_of(total) THEN
    INSERT INTO billing_credit (tenant_id, id, key, period_start, micros, cents, reason)
    VALUES (p_tenant_id, new_id('crd'), 'ledger:' || row_id, p_period_start, reported - credited * 10000 - total, cents_of(reported) - credited - cents_of(total), p_reason);
  END IF;
  PERFORM audit_staff(p_staff_id, p_tenant_id, 'usage.adjust', NULL,
    jsonb_build_object('period_start', p_period_start, 'meter', p_meter, 'quantity', p_quantity, 'reason', p_reason), p_ip, p_request_id);
  RETURN row_id;
END $$;

-- As before, and the last use is told to the moment. Only one that raw rows no longer tell of is told by the hour. What staff corrected is no use.
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
         coalesce((SELECT u.occurred_at FROM ledger u WHERE u.tenant_id = t.id AND u.adjusted_by IS NULL ORDER BY u.occurred_at DESC LIMIT 1),
                  (SELECT max(h.hour) FROM usage_hourly h WHERE h.tenant_id = t.id))
  FROM tenant t
  JOIN effective_limit l ON l.tenant_id = t.id
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  LEFT JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
  CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                             coalesce(c.used_ms, 0), coalesce(c.leased_ms, 0), coalesce(c.used_micros, 0), coalesce(c.leased_micros, 0), coalesce(c.overage_units, 0), coalesce(c.overage_micros, 0)) k
  WHERE p_before IS NULL OR t.id < p_before
  ORDER BY t.id DESC
  LIMIT p_most;
END $$;

-- As before; and with the status 'not_ignored': all but those that are nobody's business here.
CREATE OR REPLACE FUNCTION staff_list_stripe_events(p_staff_id text, p_type text, p_status text, p_workspace text, p_before text, p_most int)
RETURNS TABLE (id text, type text, object_id text, status text, outcome text, error text, deliveries int, attempts int, created_at timestamptz, received_at timestamptz,
               handled_at timestamptz, tenant_id text, slug text, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  wanted text;
BEGIN
  PERFORM require_staff(p_staff_id);
  IF p_workspace IS NOT NULL THEN
    -- The events of one that was purged still carry nobody's id; an id that nobody has finds none.
    wanted := coalesce((SELECT t.id FROM tenant t WHERE t.slug = p_workspace OR t.id = p_workspace), p_workspace);
  END IF;
  IF p_status = 'not_ignored' THEN
    -- Written out: PostgreSQL then sees that an index of such events alone has them.
    RETURN QUERY
    SELECT e.id, e.type, e.object_id, e.status, e.outcome, e.error, e.deliveries, e.attempts, e.created_at, e.received_at, e.handled_at, e.tenant_id, t.slug, t.name
    FROM stripe_event e LEFT JOIN tenant t ON t.id = e.tenant_id
    WHERE (p_type IS NULL OR e.type = p_type) AND e.status <> 'ignored' AND (wanted IS NULL OR e.tenant_id = wanted)
      AND (p_before IS NULL OR (e.received_at, e.id) < (SELECT b.received_at, b.id FROM stripe_event b WHERE b.id = p_before))
    ORDER BY e.received_at DESC, e.id DESC LIMIT p_most;
    RETURN;
  END IF;
  RETURN QUERY
  SELECT e.id, e.type, e.object_id, e.status, e.outcome, e.error, e.deliveries, e.attempts, e.created_at, e.received_at, e.handled_at, e.tenant_id, t.slug, t.name
  FROM stripe_event e LEFT JOIN tenant t ON t.id = e.tenant_id
  WHERE (p_type IS NULL OR e.type = p_type) AND (p_status IS NULL OR e.status = p_status) AND (wanted IS NULL OR e.tenant_id = wanted)
    AND (p_before IS NULL OR (e.received_at, e.id) < (SELECT b.received_at, b.id FROM stripe_event b WHERE b.id = p_before))
  ORDER BY e.received_at DESC, e.id DESC LIMIT p_most;
END $$;

-- How many events of this kind are ignored, counted up to `p_most`.
CREATE FUNCTION staff_count_ignored_events(p_staff_id text, p_type text, p_workspace text, p_most int) RETURNS int
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  wanted text;
BEGIN
  PERFORM require_staff(p_staff_id);
  IF p_workspace IS NOT NULL THEN
    wanted := coalesce((SELECT t.id FROM tenant t WHERE t.slug = p_workspace OR t.id = p_workspace), p_workspace);
  END IF;
  RETURN (SELECT count(*)::int FROM (
    SELECT 1 FROM stripe_event e WHERE e.status = 'ignored' AND (p_type IS NULL OR e.type = p_type) AND (wanted IS NULL OR e.tenant_id = wanted) LIMIT p_most) c);
END $$;

REVOKE ALL ON FUNCTION staff_count_ignored_events(text, text, text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION staff_count_ignored_events(text, text, text, int) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
REVOKE UPDATE (agent_id) ON ledger FROM stint_system;
