-- Limits of a key's own (addresses, requests a minute) and a second secret that works until its rotation's grace ends.

-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "allowed_cidrs" INET[] DEFAULT ARRAY[]::INET[],
ADD COLUMN     "expiry_warned_at" TIMESTAMPTZ(3),
ADD COLUMN     "previous_expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "previous_hash" BYTEA,
ADD COLUMN     "requests_per_minute" INTEGER;

-- CreateIndex
CREATE UNIQUE INDEX "api_key_previous_hash_key" ON "api_key"("previous_hash");

ALTER TABLE api_key ALTER COLUMN allowed_cidrs SET NOT NULL;
ALTER TABLE api_key ADD CONSTRAINT api_key_own_limits CHECK (requests_per_minute > 0);
-- No secret without an end, no end without a secret.
ALTER TABLE api_key ADD CONSTRAINT api_key_grace CHECK ((previous_hash IS NULL) = (previous_expires_at IS NULL));
CREATE INDEX api_key_expiry ON api_key (expires_at) WHERE revoked_at IS NULL AND expiry_warned_at IS NULL;

-- The key that a secret belongs to: its newest secret, or the one before until the grace of the rotation ends.
CREATE FUNCTION key_of_secret(p_hash bytea) RETURNS SETOF api_key
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT k.* FROM api_key k WHERE k.hash = p_hash
  UNION ALL
  SELECT k.* FROM api_key k WHERE k.previous_hash = p_hash AND k.previous_expires_at > now();
$$;

-- As before, and: `p_addresses` is where each one asks from (null: unknown). A key with a list of addresses is told
-- apart by `address_allowed`; where that is false nothing is granted.
DROP FUNCTION admit(text[], text[], int[], text[], int[]);
CREATE FUNCTION admit(p_hashes text[], p_user_ids text[], p_session_versions int[], p_slugs text[], p_asked int[], p_addresses text[])
RETURNS TABLE (
  ord int, granted int, tenant_id text, tenant_slug text, tenant_name text, plan_id text,
  paused_at timestamptz, pause_reason text, api_key_id text, api_key_name text, user_id text, role text, scopes text[],
  period_start timestamptz, period_end timestamptz,
  used_ms bigint, leased_ms bigint, used_micros bigint, leased_micros bigint, calls bigint,
  cap_ms bigint, cap_micros bigint, cap_calls bigint,
  requests_per_minute int, concurrent_runs int, queue_depth int, longest_run_ms bigint, agents int,
  address_allowed boolean, key_requests_per_minute int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO usage_counter (tenant_id, period_start)
  SELECT DISTINCT t.id, b.period_start
  FROM tenant t
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  WHERE t.id IN (
      SELECT k.tenant_id FROM unnest(p_hashes) h CROSS JOIN LATERAL key_of_secret(decode(h, 'hex')) k
      UNION
      SELECT s.id FROM unnest(p_slugs) l JOIN tenant s ON s.slug = l)
    AND NOT EXISTS (SELECT 1 FROM usage_counter c WHERE c.tenant_id = t.id AND c.period_start = b.period_start)
  ORDER BY 1
  ON CONFLICT DO NOTHING;

  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT a.ord::int, a.hash, a.user_id, a.session_version, a.slug, a.asked, a.address::inet AS address
    FROM unnest(p_hashes, p_user_ids, p_session_versions, p_slugs, p_asked, p_addresses)
         WITH ORDINALITY AS a(hash, user_id, session_version, slug, asked, address, ord)
  ), principal AS MATERIALIZED (
    SELECT a.ord, CASE WHEN g.address_allowed THEN a.asked ELSE 0 END AS asked, k.tenant_id, k.id AS api_key_id, k.name AS api_key_name,
           k.created_by AS user_id, m.role, k.scopes, g.address_allowed, k.requests_per_minute AS key_requests_per_minute
    FROM asked a
    CROSS JOIN LATERAL key_of_secret(decode(a.hash, 'hex')) k
    -- A call from an address that the key does not allow is not counted: whoever stole a key could use up the quota.
    CROSS JOIN LATERAL (SELECT cardinality(k.allowed_cidrs) = 0 OR coalesce(a.address <<= ANY (k.allowed_cidrs), false) AS address_allowed) g
    LEFT JOIN member m ON m.tenant_id = k.tenant_id AND m.user_id = k.created_by
    WHERE a.hash IS NOT NULL AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    UNION ALL
    SELECT a.ord, a.asked, t.id, NULL, NULL, u.id, m.role, NULL, true, NULL
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
      WHERE f.id IN (SELECT d.api_key_id FROM decided d WHERE d.address_allowed)
        AND (f.last_used_at IS NULL OR f.last_used_at < now() - interval '1 minute')
      FOR UPDATE SKIP LOCKED)
  )
  SELECT d.ord, d.granted, t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason,
         d.api_key_id, d.api_key_name, d.user_id, d.role, d.scopes, t.period_start, t.period_end,
         u.used_ms, u.leased_ms, u.used_micros, u.leased_micros,
         u.calls + (sum(d.granted) OVER (PARTITION BY d.tenant_id))::bigint,
         l.cap_ms, l.cap_micros, l.cap_calls,
         l.requests_per_minute, l.concurrent_runs, l.queue_depth, l.longest_run_ms, l.agents,
         d.address_allowed, d.key_requests_per_minute
  FROM decided d
  JOIN period t ON t.id = d.tenant_id
  JOIN usage u ON u.tenant_id = d.tenant_id
  JOIN effective_limit l ON l.tenant_id = d.tenant_id;
END $$;

-- Takes keys whose end is at most `p_within` away and whose maker was not told yet, and marks them as told. The caller
-- queues the mails in the same transaction.
CREATE FUNCTION take_expiring_keys(p_within interval, p_most int)
RETURNS TABLE (tenant_id text, key_id text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE api_key k SET expiry_warned_at = now()
  WHERE k.id IN (
    SELECT f.id FROM api_key f
    WHERE f.revoked_at IS NULL AND f.expiry_warned_at IS NULL AND f.expires_at > now() AND f.expires_at <= now() + p_within
    ORDER BY f.expires_at LIMIT p_most FOR UPDATE SKIP LOCKED)
  RETURNING k.tenant_id, k.id;
$$;

DO $$
DECLARE
  f regprocedure;
BEGIN
  GRANT CREATE ON SCHEMA public TO stint_system;
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname = 'public' AND p.proname IN ('admit', 'key_of_secret', 'take_expiring_keys') LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('ALTER FUNCTION %s OWNER TO stint_system', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA public FROM stint_system;
  GRANT EXECUTE ON FUNCTION admit(text[], text[], int[], text[], int[], text[]), take_expiring_keys(interval, int) TO stint_app;
END $$;
