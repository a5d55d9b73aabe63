-- When an invoice that is sent has to be paid, so that one whose day has not come is nowhere taken for a debt. Null: it is charged by itself.
-- Rows from before learn it when their invoice is written next.

ALTER TABLE billing_invoice ADD COLUMN due_at TIMESTAMPTZ(3);

-- As with two arguments, and the period of a trial ends with it: its quotas hold no longer, whatever follows. That is for who reads a period's
-- end; the counter's own end moves when the anchor does.
CREATE FUNCTION period_bounds(p_anchor timestamptz, p_at timestamptz, p_trial_ends_at timestamptz) RETURNS TABLE (period_start timestamptz, period_end timestamptz)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT b.period_start, CASE WHEN p_trial_ends_at > p_at THEN least(b.period_end, p_trial_ends_at) ELSE b.period_end END FROM period_bounds(p_anchor, p_at) b;
$$;

GRANT CREATE ON SCHEMA public TO stint_system;
SET ROLE stint_system;

-- What staff have to look at of billing: flags nobody has seen, payments that are missing, events that failed, the last comparison with Stripe.
CREATE OR REPLACE FUNCTION staff_show_billing(p_staff_id text, p_most int) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  RETURN jsonb_build_object(
    'flags', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.created_at DESC), '[]') FROM (
      SELECT b.id, b.tenant_id, t.slug, t.name, b.kind, b.invoice_id, b.charge_id, b.amount_cents, b.status, b.reason, b.created_at
      FROM billing_flag b JOIN tenant t ON t.id = b.tenant_id WHERE b.seen_at IS NULL ORDER BY b.created_at DESC LIMIT p_most) f),
    'past_due', (SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.past_due_since), '[]') FROM (
      SELECT b.tenant_id, t.slug, t.name, b.customer_id, b.status, b.plan_id, t.plan_id AS plan_in_force, coalesce(b.past_due_since, o.since) AS past_due_since, o.cents AS owed_cents
      FROM billing_account b JOIN tenant t ON t.id = b.tenant_id
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(i.due_cents - i.paid_cents), 0) AS cents, min(coalesce(i.due_at, i.finalized_at, i.created_at)) AS since
        FROM billing_invoice i WHERE i.tenant_id = b.tenant_id AND i.status = 'open' AND i.due_cents > i.paid_cents
          -- The first invoice of a purchase that was given up is no debt, and one that is sent becomes one on its day (lib/billing/owed.ts).
          AND CASE WHEN i.due_at IS NULL THEN i.reason IS DISTINCT FROM 'subscription_create' ELSE i.due_at <= now() END) o
      -- Also what is owed for a subscription that has ended: nothing asks for it any more but a person.
      WHERE b.past_due_since IS NOT NULL OR o.since < now() - interval '1 day'
      ORDER BY 8 LIMIT p_most) a),
    'failed_events', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.received_at DESC), '[]') FROM (
      SELECT s.id, s.type, s.object_id, s.status, s.error, s.attempts, s.deliveries, s.created_at, s.received_at, s.retry_at, t.slug, t.name
      FROM stripe_event s LEFT JOIN tenant t ON t.id = s.tenant_id
      WHERE s.status = 'failed' OR (s.status = 'received' AND s.received_at < now() - interval '10 minutes') ORDER BY s.received_at DESC LIMIT p_most) e),
    'comparison', (
      SELECT to_jsonb(r) || jsonb_build_object('list', (
        SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.id), '[]') FROM (
          SELECT f.*, t.slug, t.name FROM reconciliation_difference f LEFT JOIN tenant t ON t.id = f.tenant_id WHERE f.reconciliation_id = r.id ORDER BY f.id LIMIT p_most) d))
      FROM reconciliation r WHERE r.finished_at IS NOT NULL AND r.kind = 'stripe' ORDER BY r.started_at DESC LIMIT 1));
END $$;

-- As before, and a trial's period ends with the trial.
CREATE OR REPLACE FUNCTION admit(p_hashes text[], p_user_ids text[], p_session_versions int[], p_slugs text[], p_asked int[], p_addresses text[], p_session_ids text[])
RETURNS TABLE (
  ord int, granted int, tenant_id text, tenant_slug text, tenant_name text, plan_id text,
  paused_at timestamptz, pause_reason text, api_key_id text, api_key_name text, user_id text, role text, scopes text[],
  period_start timestamptz, period_end timestamptz,
  used_ms bigint, leased_ms bigint, used_micros bigint, leased_micros bigint, calls bigint,
  cap_ms bigint, cap_micros bigint, cap_calls bigint,
  requests_per_minute int, concurrent_runs int, queue_depth int, longest_run_ms bigint, agents int,
  address_allowed boolean, key_requests_per_minute int, two_factor_missing boolean, delete_after timestamptz,
  quota_ms bigint, quota_micros bigint, spend_limit_micros bigint, overage_micros_per_minute bigint, overage_enabled boolean, read_only boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- Planned once a connection. The statement finds every row by a key, so one plan is as good for one request as for five hundred; planned
-- anew for each batch, as PostgreSQL does by itself because it thinks a plan for one cheaper, the planning took four fifths of the time.
SET plan_cache_mode = force_generic_plan AS $$
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
    CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now(), t.trial_ends_at) b
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
         t.quota_ms, t.quota_micros, t.spend_limit_micros, t.overage_micros_per_minute, t.overage_enabled,
         -- A key goes on, whoever made it: what runs in a product does not stop because a team has grown.
         d.api_key_id IS NULL AND past_seats(t.members, t.id, d.user_id)
  FROM decided d
  JOIN period t ON t.id = d.tenant_id
  JOIN usage u ON u.tenant_id = d.tenant_id
  CROSS JOIN LATERAL caps_of(t.quota_ms, t.quota_micros, t.spend_limit_micros, t.overage_micros_per_minute, t.overage_enabled,
                             u.used_ms, u.leased_ms, u.used_micros, u.leased_micros, u.overage_units, u.overage_micros) c;
END $$;

-- As before, and a trial's period ends with the trial.
CREATE OR REPLACE FUNCTION admit_member(p_tenant_id text, p_user_id text)
RETURNS TABLE (
  ord int, granted int, tenant_id text, tenant_slug text, tenant_name text, plan_id text,
  paused_at timestamptz, pause_reason text, api_key_id text, api_key_name text, user_id text, role text, scopes text[],
  period_start timestamptz, period_end timestamptz,
  used_ms bigint, leased_ms bigint, used_micros bigint, leased_micros bigint, calls bigint,
  cap_ms bigint, cap_micros bigint, cap_calls bigint,
  requests_per_minute int, concurrent_runs int, queue_depth int, longest_run_ms bigint, agents int,
  address_allowed boolean, key_requests_per_minute int, two_factor_missing boolean, delete_after timestamptz,
  quota_ms bigint, quota_micros bigint, spend_limit_micros bigint, overage_micros_per_minute bigint, overage_enabled boolean, read_only boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT 1, 0, t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason, NULL, NULL, m.user_id, m.role, NULL::text[], b.period_start, b.period_end,
         coalesce(u.used_ms, 0), coalesce(u.leased_ms, 0), coalesce(u.used_micros, 0), coalesce(u.leased_micros, 0), coalesce(u.calls, 0),
         c.cap_ms, c.cap_micros, l.cap_calls, l.requests_per_minute, l.concurrent_runs, l.queue_depth, l.longest_run_ms, l.agents,
         true, NULL::int, false, t.delete_after, l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
         past_seats(l.members, t.id, m.user_id)
  FROM tenant t
  JOIN member m ON m.tenant_id = t.id AND m.user_id = p_user_id
  JOIN effective_limit l ON l.tenant_id = t.id
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now(), t.trial_ends_at) b
  -- A period that nothing was counted in has no counter yet.
  LEFT JOIN usage_counter u ON u.tenant_id = t.id AND u.period_start = b.period_start
  CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                             coalesce(u.used_ms, 0), coalesce(u.leased_ms, 0), coalesce(u.used_micros, 0), coalesce(u.leased_micros, 0), coalesce(u.overage_units, 0), coalesce(u.overage_micros, 0)) c
  WHERE t.id = p_tenant_id;
$$;

-- As before, and a trial's period ends with the trial.
CREATE OR REPLACE FUNCTION staff_show_tenant(p_staff_id text, p_slug text) RETURNS jsonb
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
                  FROM (SELECT u.*, u.period_end AS ends FROM usage_counter u
                        WHERE u.tenant_id = t.id AND u.period_start >= raw_usage_since() ORDER BY u.period_start DESC LIMIT 3) q),
      'alerts', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind, 'key', a.key_name, 'meter', a.meter, 'percent', a.percent, 'used', a.used, 'quota', a.quota,
                          'crossed_at', a.crossed_at, 'notified_at', a.notified_at) ORDER BY a.id DESC), '[]')
                 FROM (SELECT x.*, n.name AS key_name FROM usage_alert x LEFT JOIN api_key n ON n.tenant_id = x.tenant_id AND n.id = x.api_key_id
                       WHERE x.tenant_id = t.id ORDER BY x.id DESC LIMIT 10) a))
    FROM tenant t JOIN plan p ON p.id = t.plan_id JOIN effective_limit l ON l.tenant_id = t.id CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now(), t.trial_ends_at) b
    LEFT JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
    CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                               coalesce(c.used_ms, 0), coalesce(c.leased_ms, 0), coalesce(c.used_micros, 0), coalesce(c.leased_micros, 0), coalesce(c.overage_units, 0), coalesce(c.overage_micros, 0)) k
    WHERE t.slug = p_slug);
END $$;

-- Whether `claim_trial` would refuse these two: the address had its trial in another workspace, or the workspace had one of another address.
CREATE FUNCTION trial_taken(p_tenant_id text, p_email_hash bytea) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_tenant_id IS DISTINCT FROM NULLIF(current_setting('stint.tenant_id', true), '') THEN
    RAISE EXCEPTION 'a trial is asked about for the tenant of the transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN EXISTS (SELECT 1 FROM trial_claim c WHERE (c.email_hash = p_email_hash) <> (c.claimed_by = p_tenant_id));
END $$;
REVOKE ALL ON FUNCTION trial_taken(text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION trial_taken(text, bytea) TO stint_app;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
