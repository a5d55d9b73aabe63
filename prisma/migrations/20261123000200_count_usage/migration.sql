-- Counting usage: periods, caps, the admission of API calls, and the hourly projection of the ledger.

-- The billing period that holds an instant. Without an anchor: the calendar month in UTC. With one: months counted
-- from the anchor itself, so that an anchor on the 31st does not drift after a short month.
CREATE FUNCTION period_bounds(p_anchor timestamptz, p_at timestamptz, OUT period_start timestamptz, OUT period_end timestamptz)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  anchor timestamp := p_anchor AT TIME ZONE 'UTC';
  at_utc timestamp := p_at AT TIME ZONE 'UTC';
  months int;
BEGIN
  IF p_anchor IS NULL THEN
    anchor := timestamp '2000-01-01';
  END IF;
  months := (extract(year FROM at_utc) - extract(year FROM anchor)) * 12 + extract(month FROM at_utc) - extract(month FROM anchor);
  IF anchor + make_interval(months => months) > at_utc THEN
    months := months - 1;
  END IF;
  period_start := (anchor + make_interval(months => months)) AT TIME ZONE 'UTC';
  period_end := (anchor + make_interval(months => months + 1)) AT TIME ZONE 'UTC';
END $$;

-- What a tenant may use now. One place, so that trials, overage and overrides have one place to go.
-- A quota "by contract" without a contract is zero.
CREATE VIEW effective_limit WITH (security_invoker = true) AS
  SELECT t.id AS tenant_id,
         coalesce(p.minutes_ms, 0) AS cap_ms,
         coalesce(p.model_spend_micros, 0) AS cap_micros,
         coalesce(p.api_calls, 0) AS cap_calls,
         p.requests_per_minute, p.concurrent_runs, p.queue_depth, p.longest_run_ms, p.agents, p.members
  FROM tenant t JOIN plan p ON p.id = t.plan_id;
GRANT SELECT ON effective_limit TO stint_app, stint_system;

-- Who is asking, and may it ask: for all API requests in flight at once. Each element of the arrays is one principal:
-- an API key (by the hex SHA-256 of its secret) or a signed-in user at a tenant's slug. `p_asked` is how many of its
-- calls are to be counted (0: free routes). `granted` of them are, first come first served, and are on disk when this
-- returns. A principal that is unknown, revoked or expired has no row in the answer.
CREATE FUNCTION admit(p_hashes text[], p_user_ids text[], p_session_versions int[], p_slugs text[], p_asked int[])
RETURNS TABLE (
  ord int, granted int, tenant_id text, tenant_slug text, tenant_name text, plan_id text,
  paused_at timestamptz, pause_reason text, api_key_id text, api_key_name text, user_id text, role text, scopes text[],
  period_start timestamptz, period_end timestamptz,
  used_ms bigint, leased_ms bigint, used_micros bigint, leased_micros bigint, calls bigint,
  cap_ms bigint, cap_micros bigint, cap_calls bigint,
  requests_per_minute int, concurrent_runs int, queue_depth int, longest_run_ms bigint, agents int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO usage_counter (tenant_id, period_start)
  SELECT DISTINCT t.id, b.period_start
  FROM tenant t
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  WHERE t.id IN (
      SELECT k.tenant_id FROM unnest(p_hashes) h JOIN api_key k ON k.hash = decode(h, 'hex')
      UNION
      SELECT s.id FROM unnest(p_slugs) l JOIN tenant s ON s.slug = l)
    AND NOT EXISTS (SELECT 1 FROM usage_counter c WHERE c.tenant_id = t.id AND c.period_start = b.period_start)
  ORDER BY 1
  ON CONFLICT DO NOTHING;

  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT a.ord::int, a.hash, a.user_id, a.session_version, a.slug, a.asked
    FROM unnest(p_hashes, p_user_ids, p_session_versions, p_slugs, p_asked)
         WITH ORDINALITY AS a(hash, user_id, session_version, slug, asked, ord)
  ), principal AS MATERIALIZED (
    SELECT a.ord, a.asked, k.tenant_id, k.id AS api_key_id, k.name AS api_key_name, k.created_by AS user_id, m.role, k.scopes
    FROM asked a
    JOIN api_key k ON k.hash = decode(a.hash, 'hex')
    LEFT JOIN member m ON m.tenant_id = k.tenant_id AND m.user_id = k.created_by
    WHERE a.hash IS NOT NULL AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    UNION ALL
    SELECT a.ord, a.asked, t.id, NULL, NULL, u.id, m.role, NULL
    FROM asked a
    JOIN user_account u ON u.id = a.user_id AND u.session_version = a.session_version
    JOIN tenant t ON t.slug = a.slug
    JOIN member m ON m.tenant_id = t.id AND m.user_id = u.id
    WHERE a.user_id IS NOT NULL
  ), period AS MATERIALIZED (
    SELECT t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason, b.period_start, b.period_end
    FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
    WHERE t.id IN (SELECT p.tenant_id FROM principal p)
  ), counter AS MATERIALIZED (
    -- Rows are locked in one order, so that two batches can wait for each other but never in a circle. A batch that
    -- counts nothing (free routes) takes no lock.
    SELECT c.* FROM usage_counter c JOIN period t ON t.id = c.tenant_id AND t.period_start = c.period_start
    WHERE c.tenant_id IN (SELECT p.tenant_id FROM principal p WHERE p.asked > 0)
    ORDER BY c.tenant_id FOR UPDATE OF c
  ), usage AS MATERIALIZED (
    SELECT * FROM counter
    UNION ALL
    SELECT c.* FROM usage_counter c JOIN period t ON t.id = c.tenant_id AND t.period_start = c.period_start
    WHERE c.tenant_id NOT IN (SELECT l.tenant_id FROM counter l)
  ), decided AS MATERIALIZED (
    SELECT p.*,
           greatest(0, least(p.asked, l.cap_calls - u.calls
             - coalesce(sum(p.asked) OVER (PARTITION BY p.tenant_id ORDER BY p.ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)))::int
             AS granted
    FROM principal p
    JOIN usage u ON u.tenant_id = p.tenant_id
    JOIN effective_limit l ON l.tenant_id = p.tenant_id
  ), count_calls AS (
    UPDATE usage_counter c SET calls = c.calls + d.granted
    FROM (SELECT tenant_id, sum(granted) AS granted FROM decided GROUP BY tenant_id) d
    JOIN period t ON t.id = d.tenant_id
    WHERE c.tenant_id = d.tenant_id AND c.period_start = t.period_start AND d.granted > 0
  ), write_ledger AS (
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, api_key_id)
    SELECT d.tenant_id, t.period_start, 'api_calls', sum(d.granted), d.api_key_id
    FROM decided d JOIN period t ON t.id = d.tenant_id
    WHERE d.granted > 0
    GROUP BY d.tenant_id, t.period_start, d.api_key_id
  ), touch_keys AS (
    -- At most one write a minute and key. Whoever finds the row locked leaves it be: waiting here could close a circle.
    UPDATE api_key k SET last_used_at = now()
    WHERE k.id IN (
      SELECT f.id FROM api_key f
      WHERE f.id IN (SELECT d.api_key_id FROM decided d)
        AND (f.last_used_at IS NULL OR f.last_used_at < now() - interval '1 minute')
      FOR UPDATE SKIP LOCKED)
  )
  SELECT d.ord, d.granted, t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason,
         d.api_key_id, d.api_key_name, d.user_id, d.role, d.scopes, t.period_start, t.period_end,
         u.used_ms, u.leased_ms, u.used_micros, u.leased_micros,
         u.calls + (sum(d.granted) OVER (PARTITION BY d.tenant_id))::bigint,
         l.cap_ms, l.cap_micros, l.cap_calls,
         l.requests_per_minute, l.concurrent_runs, l.queue_depth, l.longest_run_ms, l.agents
  FROM decided d
  JOIN period t ON t.id = d.tenant_id
  JOIN usage u ON u.tenant_id = d.tenant_id
  JOIN effective_limit l ON l.tenant_id = d.tenant_id;
END $$;

INSERT INTO projection (name, watermark) VALUES ('usage_hourly', '0');

-- Brings the hourly rollups up to date and returns how many ledger rows were added. It reads only what was written by
-- transactions older than every open one, so nothing that commits late is missed; one process at a time does the work.
CREATE FUNCTION project_usage() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  low xid8;
  high xid8;
  added bigint;
BEGIN
  SELECT watermark INTO low FROM projection WHERE name = 'usage_hourly' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  high := pg_snapshot_xmin(pg_current_snapshot());
  IF high <= low THEN
    RETURN 0;
  END IF;
  WITH fresh AS (
    SELECT * FROM ledger WHERE xid >= low AND xid < high
  ), summed AS (
    INSERT INTO usage_hourly AS h (tenant_id, hour, meter, agent_id, api_key_id, billed, quantity)
    SELECT f.tenant_id, date_trunc('hour', f.occurred_at, 'UTC'), f.meter, coalesce(f.agent_id, ''), coalesce(f.api_key_id, ''),
           f.billed, sum(f.quantity)
    FROM fresh f GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (tenant_id, hour, meter, agent_id, api_key_id, billed) DO UPDATE SET quantity = h.quantity + excluded.quantity
  )
  SELECT count(*) INTO added FROM fresh;
  IF added > 0 THEN
    UPDATE projection SET watermark = high, updated_at = now() WHERE name = 'usage_hourly';
  END IF;
  RETURN added;
END $$;
