-- What has to be read before a tenant is known, or across tenants by staff.

-- The workspaces of a signed-in user. An ended session (an older version) sees none.
CREATE FUNCTION tenants_of_user(p_user_id text, p_session_version int)
RETURNS TABLE (tenant_id text, slug text, name text, role text, plan_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id, t.slug, t.name, m.role, t.plan_id
  FROM user_account u JOIN member m ON m.user_id = u.id JOIN tenant t ON t.id = m.tenant_id
  WHERE u.id = p_user_id AND u.session_version = p_session_version
  ORDER BY m.created_at, t.id;
$$;

-- True while no workspace has this slug.
CREATE FUNCTION slug_is_free(p_slug text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT NOT EXISTS (SELECT 1 FROM tenant WHERE slug = p_slug);
$$;

-- Every workspace with its usage in its current period, newest first, for staff alone.
CREATE FUNCTION staff_list_tenants(p_staff_id text, p_before text, p_most int)
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
         coalesce(c.used_ms, 0), coalesce(c.used_micros, 0), coalesce(c.calls, 0), l.cap_ms, l.cap_micros, l.cap_calls,
         (SELECT max(g.occurred_at) FROM ledger g WHERE g.tenant_id = t.id)
  FROM tenant t
  JOIN effective_limit l ON l.tenant_id = t.id
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  LEFT JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
  WHERE p_before IS NULL OR t.id < p_before
  ORDER BY t.id DESC
  LIMIT p_most;
END $$;

-- Removes stored answers that are no longer replayed, of every tenant, at most `p_most` a call. Returns how many.
CREATE FUNCTION purge_idempotency_keys(p_older_than timestamptz, p_most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH old AS (SELECT k.ctid FROM idempotency_key k WHERE k.created_at < p_older_than LIMIT p_most),
  gone AS (DELETE FROM idempotency_key k USING old WHERE k.ctid = old.ctid RETURNING 1)
  SELECT count(*) FROM gone;
$$;

-- The closed list of what may look across tenants. Everything else is refused to everyone.
DO $$
DECLARE
  f regprocedure;
  open_to_app text[] := ARRAY['admit', 'project_usage', 'claim_run', 'renew_lease', 'reserve_spend', 'store_step', 'append_run_events',
    'finish_run', 'release_run', 'reap_expired_leases', 'run_signals', 'cancel_run', 'run_events_after', 'tenants_of_user',
    'slug_is_free', 'staff_list_tenants', 'purge_idempotency_keys'];
  internal text[] := ARRAY['append_event', 'lock_counter', 'settle_time', 'settle_spend', 'lock_held_run', 'end_run'];
BEGIN
  -- A function's new owner must be allowed to own something in the schema, for as long as this takes.
  GRANT CREATE ON SCHEMA public TO stint_system;
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname = 'public' AND p.proname = ANY (open_to_app || internal) LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('ALTER FUNCTION %s OWNER TO stint_system', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA public FROM stint_system;
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname = 'public' AND p.proname = ANY (open_to_app) LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO stint_app', f);
  END LOOP;
END $$;
