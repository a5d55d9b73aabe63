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

REVOKE ALL ON FUNCTION past_seats(int, text, text), contracts_due(boolean, int),
  staff_show_contract(text, text), staff_set_contract(text, text, jsonb, jsonb, text, text), staff_end_contract(text, text, timestamptz, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contracts_due(boolean, int),
  staff_show_contract(text, text), staff_set_contract(text, text, jsonb, jsonb, text, text), staff_end_contract(text, text, timestamptz, text, text) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
