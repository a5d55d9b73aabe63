-- What no longer fits a smaller plan is read-only; contracts that staff make; a plan that sells nothing, for a copy without Stripe.

-- AlterTable
-- Set for what a contract agrees: it holds from the contract's first day on.
ALTER TABLE "tenant_override" ADD COLUMN     "starts_at" TIMESTAMPTZ(3);

CREATE OR REPLACE VIEW effective_limit WITH (security_invoker = true) AS
  SELECT t.id AS tenant_id,
         coalesce(o.minutes_ms, p.minutes_ms / CASE WHEN t.trial_ends_at IS NULL THEN 1 ELSE 10 END, 0) AS quota_ms,
         coalesce(o.model_spend_micros, p.model_spend_micros / CASE WHEN t.trial_ends_at IS NULL THEN 1 ELSE 10 END, 0) AS quota_micros,
         coalesce(o.api_calls, p.api_calls, 0) AS cap_calls,
         t.spend_limit_micros,
         coalesce(o.overage_micros_per_minute, p.overage_micros_per_minute) AS overage_micros_per_minute,
         t.overage_enabled AND t.trial_ends_at IS NULL AND coalesce(o.overage_micros_per_minute, p.overage_micros_per_minute) IS NOT NULL AS overage_enabled,
         coalesce(o.requests_per_minute, p.requests_per_minute) AS requests_per_minute,
         coalesce(o.concurrent_runs, p.concurrent_runs) AS concurrent_runs,
         coalesce(o.queue_depth, p.queue_depth) AS queue_depth,
         coalesce(o.longest_run_ms, p.longest_run_ms) AS longest_run_ms,
         coalesce(o.agents, p.agents) AS agents,
         coalesce(o.members, p.members) AS members
  FROM tenant t JOIN plan p ON p.id = t.plan_id
  LEFT JOIN tenant_override o ON o.tenant_id = t.id AND (o.starts_at IS NULL OR o.starts_at <= now()) AND (o.expires_at IS NULL OR o.expires_at > now());

-- AlterTable
-- `told_at` and `applied_at`: the `updated_at` that the customer was told of, and that Stripe has. `ended_by`: who of staff ended it.
ALTER TABLE "contract" ADD COLUMN     "applied_at" TIMESTAMPTZ(3),
ADD COLUMN     "ended_by" TEXT,
ADD COLUMN     "problem" TEXT,
ADD COLUMN     "told_at" TIMESTAMPTZ(3),
ADD COLUMN     "tried_at" TIMESTAMPTZ(3);
GRANT UPDATE (told_at, applied_at, tried_at, problem) ON contract TO stint_app;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- Whether a plan's seats end before this member: owners are seated first, then whoever joined first. No limit: never.
CREATE FUNCTION past_seats(p_limit int, p_tenant_id text, p_user_id text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_limit IS NOT NULL AND (
    SELECT count(*) FROM member o JOIN member m ON m.tenant_id = o.tenant_id
    WHERE m.tenant_id = p_tenant_id AND m.user_id = p_user_id
      AND (o.role <> 'owner', o.created_at, o.user_id) < (m.role <> 'owner', m.created_at, m.user_id)) >= p_limit;
$$;

-- As before, and whether a member has no seat in the plan any more and may only look.
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
  quota_ms bigint, quota_micros bigint, spend_limit_micros bigint, overage_micros_per_minute bigint, overage_enabled boolean, read_only boolean)
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
         t.quota_ms, t.quota_micros, t.spend_limit_micros, t.overage_micros_per_minute, t.overage_enabled,
         -- A key goes on, whoever made it: what runs in a product does not stop because a team has grown.
         d.api_key_id IS NULL AND past_seats(t.members, t.id, d.user_id)
  FROM decided d
  JOIN period t ON t.id = d.tenant_id
  JOIN usage u ON u.tenant_id = d.tenant_id
  CROSS JOIN LATERAL caps_of(t.quota_ms, t.quota_micros, t.spend_limit_micros, t.overage_micros_per_minute, t.overage_enabled,
                             u.used_ms + u.leased_ms, u.used_micros + u.leased_micros) c;
END $$;

-- As before, and whether the member has no seat in the plan any more.
DROP FUNCTION admit_member(text, text);
CREATE FUNCTION admit_member(p_tenant_id text, p_user_id text)
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
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  -- A period that nothing was counted in has no counter yet.
  LEFT JOIN usage_counter u ON u.tenant_id = t.id AND u.period_start = b.period_start
  CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                             coalesce(u.used_ms + u.leased_ms, 0), coalesce(u.used_micros + u.leased_micros, 0)) c
  WHERE t.id = p_tenant_id;
$$;

-- As before, and contracts that begin or end.
CREATE OR REPLACE FUNCTION billing_accounts_due(p_most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.tenant_id FROM billing_account a WHERE a.past_due_since IS NOT NULL
  UNION
  SELECT a.tenant_id FROM billing_account a WHERE a.status = 'trialing' AND a.trial_ends_at < now() + interval '3 days'
  UNION
  SELECT c.tenant_id FROM contract c JOIN tenant t ON t.id = c.tenant_id
  WHERE (c.starts_at <= now() AND (c.ends_at IS NULL OR c.ends_at > now())) <> (t.plan_id = 'enterprise')
  ORDER BY 1 LIMIT p_most;
$$;

-- Contracts that something has to be done about: they begin or end, the customer was not told yet, or, where plans are sold,
-- Stripe has something else. What failed is tried again after half a minute.
CREATE FUNCTION contracts_due(p_sold boolean, p_most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.tenant_id FROM contract c JOIN tenant t ON t.id = c.tenant_id LEFT JOIN billing_account a ON a.tenant_id = c.tenant_id
  CROSS JOIN LATERAL (SELECT c.ends_at IS NULL OR c.ends_at > now() AS in_force,
                             coalesce(a.status IN ('trialing', 'active', 'past_due', 'unpaid') AND a.plan_id = 'enterprise', false) AS is_sold) s
  WHERE c.starts_at <= now() AND (c.problem IS NULL OR c.tried_at IS NULL OR c.tried_at < now() - interval '30 seconds') AND (
    s.in_force <> (t.plan_id = 'enterprise')
    OR (c.told_at IS DISTINCT FROM c.updated_at AND (s.in_force OR c.told_at IS NOT NULL))
    OR (p_sold AND c.applied_at IS DISTINCT FROM c.updated_at AND (s.in_force OR s.is_sold))
    -- The last month that is paid: there is no invoice after it.
    OR (p_sold AND s.is_sold AND a.cancel_at IS NULL AND c.ends_at <= greatest(a.period_end, now())))
  ORDER BY c.tried_at NULLS FIRST, c.tenant_id LIMIT p_most;
$$;

-- The contract of a tenant as staff see it, with what Stripe has of it. Null: there is none.
CREATE FUNCTION staff_show_contract(p_staff_id text, p_tenant_id text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  RETURN (
    SELECT to_jsonb(c) - 'tenant_id' || jsonb_build_object(
      'set_by_name', (SELECT u.name FROM user_account u WHERE u.id = c.set_by),
      'begun', c.starts_at <= now(), 'over', coalesce(c.ends_at <= now(), false),
      'account', (SELECT jsonb_build_object('customer_id', a.customer_id, 'subscription_id', a.subscription_id, 'status', a.status, 'plan_id', a.plan_id,
                    'period_end', a.period_end, 'cancel_at', a.cancel_at, 'has_card', a.card IS NOT NULL)
                  FROM billing_account a WHERE a.tenant_id = c.tenant_id))
    FROM contract c WHERE c.tenant_id = p_tenant_id);
END $$;

-- Makes a contract with a tenant or changes it, and with it what it may use (keys as the columns of `tenant_override`). One that is
-- in force keeps its first day; one that is over makes place for a new one. False: there is no such tenant.
CREATE FUNCTION staff_set_contract(p_staff_id text, p_tenant_id text, p_contract jsonb, p_limits jsonb, p_ip text, p_request_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  seen contract;
  agreed contract;
  before jsonb;
  goes_on boolean;
BEGIN
  PERFORM require_staff(p_staff_id);
  PERFORM 1 FROM tenant t WHERE t.id = p_tenant_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT c.* INTO seen FROM contract c WHERE c.tenant_id = p_tenant_id;
  goes_on := seen.starts_at <= now() AND (seen.ends_at IS NULL OR seen.ends_at > now());
  SELECT jsonb_strip_nulls(jsonb_build_object('contract', (SELECT to_jsonb(c) - '{tenant_id,told_at,applied_at,tried_at,problem}'::text[] FROM contract c WHERE c.tenant_id = p_tenant_id),
    'limits', (SELECT to_jsonb(o) - '{tenant_id,updated_at}'::text[] FROM tenant_override o WHERE o.tenant_id = p_tenant_id))) INTO before;
  SELECT v.* INTO agreed FROM jsonb_populate_record(NULL::contract, p_contract) v;
  INSERT INTO contract AS c (tenant_id, price_cents, payment, days_until_due, starts_at, ends_at, terms, set_by, updated_at)
  VALUES (p_tenant_id, agreed.price_cents, agreed.payment, agreed.days_until_due, coalesce(agreed.starts_at, now()), agreed.ends_at, agreed.terms, p_staff_id, now())
  ON CONFLICT (tenant_id) DO UPDATE SET price_cents = excluded.price_cents, payment = excluded.payment, days_until_due = excluded.days_until_due,
    starts_at = CASE WHEN goes_on THEN c.starts_at ELSE excluded.starts_at END, ends_at = excluded.ends_at, terms = excluded.terms,
    set_by = excluded.set_by, updated_at = excluded.updated_at, ended_by = NULL, tried_at = NULL, problem = NULL,
    told_at = CASE WHEN goes_on THEN c.told_at END, applied_at = CASE WHEN goes_on THEN c.applied_at END
  RETURNING c.* INTO agreed;
  DELETE FROM tenant_override o WHERE o.tenant_id = p_tenant_id;
  INSERT INTO tenant_override
  SELECT v.* FROM jsonb_populate_record(NULL::tenant_override, p_limits || jsonb_build_object('tenant_id', p_tenant_id, 'reason', 'Contract', 'set_by', p_staff_id,
    'updated_at', now(), 'starts_at', agreed.starts_at, 'expires_at', agreed.ends_at)) v;
  PERFORM audit_staff(p_staff_id, p_tenant_id, 'contract.set', before,
    jsonb_build_object('contract', jsonb_strip_nulls(p_contract || jsonb_build_object('starts_at', agreed.starts_at)), 'limits', p_limits), p_ip, p_request_id);
  PERFORM check_thresholds(ARRAY[p_tenant_id]);
  RETURN true;
END $$;

-- Ends a contract, at once or later; one that has not begun is gone. False: there is none that goes on.
CREATE FUNCTION staff_end_contract(p_staff_id text, p_tenant_id text, p_ends_at timestamptz, p_ip text, p_request_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  seen contract;
  at timestamptz(3) := greatest(p_ends_at, now());
BEGIN
  PERFORM require_staff(p_staff_id);
  PERFORM 1 FROM tenant t WHERE t.id = p_tenant_id FOR UPDATE;
  SELECT c.* INTO seen FROM contract c WHERE c.tenant_id = p_tenant_id AND (c.ends_at IS NULL OR c.ends_at > now()) FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF seen.starts_at >= at THEN
    DELETE FROM contract c WHERE c.tenant_id = p_tenant_id;
    DELETE FROM tenant_override o WHERE o.tenant_id = p_tenant_id AND o.starts_at = seen.starts_at;
  ELSE
    UPDATE contract c SET ends_at = at, ended_by = p_staff_id, updated_at = now(), tried_at = NULL, problem = NULL WHERE c.tenant_id = p_tenant_id;
    UPDATE tenant_override o SET expires_at = at, updated_at = now() WHERE o.tenant_id = p_tenant_id AND o.starts_at IS NOT NULL;
  END IF;
  PERFORM audit_staff(p_staff_id, p_tenant_id, 'contract.end', jsonb_build_object('ends_at', seen.ends_at), jsonb_build_object('ends_at', at), p_ip, p_request_id);
  PERFORM check_thresholds(ARRAY[p_tenant_id]);
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION past_seats(int, text, text), admit(text[], text[], int[], text[], int[], text[], text[]), admit_member(text, text), contracts_due(boolean, int),
  staff_show_contract(text, text), staff_set_contract(text, text, jsonb, jsonb, text, text), staff_end_contract(text, text, timestamptz, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]), admit_member(text, text), contracts_due(boolean, int),
  staff_show_contract(text, text), staff_set_contract(text, text, jsonb, jsonb, text, text), staff_end_contract(text, text, timestamptz, text, text) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
