-- Signing in: sessions that can be listed and ended one by one, second factors, mailed links, accounts elsewhere, what
-- is remembered of wrong passwords, and a log of what happened to an account.

ALTER TABLE user_account
  ADD COLUMN totp_secret text,
  ADD COLUMN totp_enabled_at timestamptz(3),
  ADD COLUMN totp_last_step bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT user_account_totp CHECK (totp_enabled_at IS NULL OR totp_secret IS NOT NULL);

CREATE TABLE user_session (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES user_account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  method text NOT NULL,
  ip text NOT NULL,
  user_agent text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  last_seen_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3),
  CONSTRAINT user_session_method CHECK (method IN ('password', 'link', 'sign_up', 'invitation', 'github', 'google'))
);
CREATE INDEX user_session_user_id_id_idx ON user_session (user_id, id);
CREATE INDEX user_session_expires_at_idx ON user_session (expires_at);

CREATE TABLE user_identity (
  provider text NOT NULL,
  account_id text NOT NULL,
  user_id text NOT NULL REFERENCES user_account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  email text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (provider, account_id),
  CONSTRAINT user_identity_provider CHECK (provider IN ('github', 'google'))
);
CREATE UNIQUE INDEX user_identity_user_id_provider_key ON user_identity (user_id, provider);

CREATE TABLE recovery_code (
  user_id text NOT NULL REFERENCES user_account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  hash bytea NOT NULL,
  used_at timestamptz(3),
  PRIMARY KEY (user_id, hash)
);

CREATE TABLE mailed_link (
  id text PRIMARY KEY,
  email text NOT NULL,
  purpose text NOT NULL,
  token_hash bytea,
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT mailed_link_purpose CHECK (purpose IN ('sign_in', 'reset_password', 'unlock'))
);
CREATE UNIQUE INDEX mailed_link_token_hash_key ON mailed_link (token_hash);
CREATE INDEX mailed_link_expires_at_idx ON mailed_link (expires_at);

CREATE TABLE sign_in_guard (
  subject bytea PRIMARY KEY,
  failures int NOT NULL,
  locked_until timestamptz(3),
  last_failure_at timestamptz(3) NOT NULL
);
CREATE INDEX sign_in_guard_last_failure_at_idx ON sign_in_guard (last_failure_at);

CREATE TABLE account_event (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES user_account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  action text NOT NULL,
  ip text NOT NULL,
  user_agent text NOT NULL,
  request_id text NOT NULL,
  details jsonb,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX account_event_user_id_id_idx ON account_event (user_id, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON user_session, user_identity, recovery_code, mailed_link, sign_in_guard TO stint_app;
GRANT SELECT, INSERT ON account_event TO stint_app;
GRANT SELECT ON user_session TO stint_system;

-- What a tenant asks of its members' accounts, and when it is to be deleted: read by admit below.
ALTER TABLE tenant
  ADD COLUMN require_two_factor boolean NOT NULL DEFAULT false,
  ADD COLUMN delete_after timestamptz(3);

-- The user of a session that stands: not ended by itself, by its user or by a newer version, nor left alone for two weeks.
-- lib/users/sessions.ts has the same rule for pages without a tenant.
CREATE FUNCTION live_user(p_user_id text, p_session_version int, p_session_id text) RETURNS SETOF user_account
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT u.* FROM user_account u JOIN user_session s ON s.user_id = u.id
  WHERE u.id = p_user_id AND u.session_version = p_session_version AND s.id = p_session_id
    AND s.revoked_at IS NULL AND s.expires_at > now() AND s.last_seen_at > now() - interval '14 days';
$$;

-- As before, and: a session is named (`p_session_ids`) and has to stand; a member who lacks the second factor that the
-- tenant asks for is told apart by `two_factor_missing`; and a tenant says when it is to be deleted.
DROP FUNCTION admit(text[], text[], int[], text[], int[], text[]);
CREATE FUNCTION admit(p_hashes text[], p_user_ids text[], p_session_versions int[], p_slugs text[], p_asked int[], p_addresses text[], p_session_ids text[])
RETURNS TABLE (
  ord int, granted int, tenant_id text, tenant_slug text, tenant_name text, plan_id text,
  paused_at timestamptz, pause_reason text, api_key_id text, api_key_name text, user_id text, role text, scopes text[],
  period_start timestamptz, period_end timestamptz,
  used_ms bigint, leased_ms bigint, used_micros bigint, leased_micros bigint, calls bigint,
  cap_ms bigint, cap_micros bigint, cap_calls bigint,
  requests_per_minute int, concurrent_runs int, queue_depth int, longest_run_ms bigint, agents int,
  address_allowed boolean, key_requests_per_minute int, two_factor_missing boolean, delete_after timestamptz)
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
    SELECT a.ord::int, a.hash, a.user_id, a.session_version, a.slug, a.asked, a.address::inet AS address, a.session_id
    FROM unnest(p_hashes, p_user_ids, p_session_versions, p_slugs, p_asked, p_addresses, p_session_ids)
         WITH ORDINALITY AS a(hash, user_id, session_version, slug, asked, address, session_id, ord)
  ), principal AS MATERIALIZED (
    SELECT a.ord, CASE WHEN g.address_allowed THEN a.asked ELSE 0 END AS asked, k.tenant_id, k.id AS api_key_id, k.name AS api_key_name,
           k.created_by AS user_id, m.role, k.scopes, g.address_allowed, k.requests_per_minute AS key_requests_per_minute, false AS two_factor_missing
    FROM asked a
    CROSS JOIN LATERAL key_of_secret(decode(a.hash, 'hex')) k
    -- A call from an address that the key does not allow is not counted: whoever stole a key could use up the quota.
    CROSS JOIN LATERAL (SELECT cardinality(k.allowed_cidrs) = 0 OR coalesce(a.address <<= ANY (k.allowed_cidrs), false) AS address_allowed) g
    LEFT JOIN member m ON m.tenant_id = k.tenant_id AND m.user_id = k.created_by
    WHERE a.hash IS NOT NULL AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    UNION ALL
    -- A member who lacks the second factor that the tenant asks for may do nothing, so nothing is counted either.
    SELECT a.ord, CASE WHEN f.missing THEN 0 ELSE a.asked END, t.id, NULL, NULL, u.id, m.role, NULL, true, NULL, f.missing
    FROM asked a
    CROSS JOIN LATERAL live_user(a.user_id, a.session_version, a.session_id) u
    JOIN tenant t ON t.slug = a.slug
    JOIN member m ON m.tenant_id = t.id AND m.user_id = u.id
    CROSS JOIN LATERAL (SELECT t.require_two_factor AND u.totp_enabled_at IS NULL AS missing) f
    WHERE a.user_id IS NOT NULL
  ), period AS MATERIALIZED (
    SELECT t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason, t.delete_after, b.period_start, b.period_end
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
         d.address_allowed, d.key_requests_per_minute, d.two_factor_missing, t.delete_after
  FROM decided d
  JOIN period t ON t.id = d.tenant_id
  JOIN usage u ON u.tenant_id = d.tenant_id
  JOIN effective_limit l ON l.tenant_id = d.tenant_id;
END $$;

-- The workspaces of a signed-in user. An ended session sees none.
DROP FUNCTION tenants_of_user(text, int);
CREATE FUNCTION tenants_of_user(p_user_id text, p_session_version int, p_session_id text)
RETURNS TABLE (tenant_id text, slug text, name text, role text, plan_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id, t.slug, t.name, m.role, t.plan_id
  FROM live_user(p_user_id, p_session_version, p_session_id) u JOIN member m ON m.user_id = u.id JOIN tenant t ON t.id = m.tenant_id
  ORDER BY m.created_at, t.id;
$$;

GRANT CREATE ON SCHEMA public TO stint_system;
ALTER FUNCTION live_user(text, int, text) OWNER TO stint_system;
ALTER FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]) OWNER TO stint_system;
ALTER FUNCTION tenants_of_user(text, int, text) OWNER TO stint_system;
REVOKE CREATE ON SCHEMA public FROM stint_system;
REVOKE ALL ON FUNCTION live_user(text, int, text), admit(text[], text[], int[], text[], int[], text[], text[]), tenants_of_user(text, int, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]), tenants_of_user(text, int, text) TO stint_app;
