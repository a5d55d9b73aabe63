-- Members by invitation, addresses that moved, contents that are kept for a time, and tenants that are deleted.

ALTER TABLE tenant
  ADD COLUMN invitation_domains text[] NOT NULL DEFAULT ARRAY[]::text[],
  ADD CONSTRAINT tenant_retention CHECK (content_retention_days BETWEEN 1 AND 3650);
CREATE INDEX tenant_delete_after ON tenant (delete_after) WHERE delete_after IS NOT NULL;

CREATE TABLE tenant_slug (
  slug text PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES tenant (id) ON DELETE CASCADE ON UPDATE CASCADE,
  retired_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX tenant_slug_tenant_id_idx ON tenant_slug (tenant_id);

CREATE TABLE invitation (
  id text PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES tenant (id) ON DELETE CASCADE ON UPDATE CASCADE,
  email text NOT NULL,
  role text NOT NULL,
  token_hash bytea,
  invited_by text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  accepted_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT invitation_role CHECK (role IN ('owner', 'admin', 'developer', 'billing', 'viewer'))
);
CREATE UNIQUE INDEX invitation_token_hash_key ON invitation (token_hash);
CREATE INDEX invitation_tenant_id_id_idx ON invitation (tenant_id, id);
-- One open invitation an address: two at once would be two mails and two places of the plan.
CREATE UNIQUE INDEX invitation_open ON invitation (tenant_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

ALTER TABLE run ADD COLUMN content_deleted_at timestamptz(3);
CREATE INDEX run_content ON run (tenant_id, finished_at) WHERE content_deleted_at IS NULL AND finished_at IS NOT NULL;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['tenant_slug', 'invitation'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_isolation ON %I TO stint_app
                      USING (tenant_id = NULLIF(current_setting(''stint.tenant_id'', true), ''''))
                      WITH CHECK (tenant_id = NULLIF(current_setting(''stint.tenant_id'', true), ''''))', t);
    EXECUTE format('CREATE POLICY across_tenants ON %I TO stint_system USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, DELETE ON tenant_slug TO stint_app;
GRANT SELECT, INSERT, UPDATE ON invitation TO stint_app;
GRANT SELECT ON tenant_slug, invitation TO stint_system;
-- The purge deletes everything of a tenant, in every table that has a tenant_id; scripts/check/catalogue.ts finds one that it may not.
GRANT UPDATE ON step, tenant TO stint_system;
GRANT SELECT ON ledger, usage_counter, key_counter, usage_hourly, audit_seal, audit_chain TO stint_system;
GRANT DELETE ON tenant, tenant_slug, member, invitation, api_key, agent, run, step, run_event, usage_counter, key_counter, ledger, usage_hourly,
  audit_log, audit_seal, audit_chain, idempotency_key TO stint_system;

-- True while no workspace has this slug, nor had it before.
CREATE OR REPLACE FUNCTION slug_is_free(p_slug text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT NOT EXISTS (SELECT 1 FROM tenant WHERE slug = p_slug) AND NOT EXISTS (SELECT 1 FROM tenant_slug WHERE slug = p_slug);
$$;

-- The present slug of a workspace that had `p_slug` before, for its members alone; null for everybody else.
CREATE FUNCTION slug_moved_to(p_user_id text, p_session_version int, p_session_id text, p_slug text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.slug
  FROM live_user(p_user_id, p_session_version, p_session_id) u JOIN member m ON m.user_id = u.id
  JOIN tenant_slug o ON o.tenant_id = m.tenant_id JOIN tenant t ON t.id = m.tenant_id
  WHERE o.slug = p_slug;
$$;

-- The open invitation that a mailed token belongs to: whoever has the token may know who asks them, into what.
CREATE FUNCTION invitation_of_token(p_hash bytea)
RETURNS TABLE (invitation_id text, tenant_id text, tenant_name text, email text, role text, inviter_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT i.id, i.tenant_id, t.name, i.email, i.role, u.name
  FROM invitation i JOIN tenant t ON t.id = i.tenant_id LEFT JOIN user_account u ON u.id = i.invited_by
  WHERE i.token_hash = p_hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now() AND t.delete_after IS NULL;
$$;

-- Deletes the contents of runs that ended longer ago than their tenant keeps them, of at most `p_most` runs a call:
-- input, output, steps' outputs and events. What was metered stays. Returns how many runs.
CREATE FUNCTION purge_contents(p_most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH old AS MATERIALIZED (
    SELECT o.tenant_id, o.id FROM tenant t CROSS JOIN LATERAL (
      SELECT r.tenant_id, r.id FROM run r
      WHERE r.tenant_id = t.id AND r.content_deleted_at IS NULL AND r.finished_at < now() - make_interval(days => t.content_retention_days)
      ORDER BY r.finished_at LIMIT p_most FOR UPDATE SKIP LOCKED) o
    LIMIT p_most
  ), emptied AS (
    UPDATE run r SET input = '', output = NULL, content_deleted_at = now() FROM old o WHERE r.tenant_id = o.tenant_id AND r.id = o.id RETURNING 1
  ), steps AS (
    UPDATE step s SET output = '' FROM old o WHERE s.tenant_id = o.tenant_id AND s.run_id = o.id
  ), events AS (
    DELETE FROM run_event e USING old o WHERE e.tenant_id = o.tenant_id AND e.run_id = o.id
  )
  SELECT count(*) FROM emptied;
$$;

-- Deletes rows of one tenant whose time has come, at most `p_most` a call, and says how many. The tables are read from the
-- catalogue, so that one which a later migration adds is not forgotten: first the doors, so that nobody comes in any
-- more, then those that refer to others. A transaction that began before may still write behind it (a projection, a
-- seal, a counter): once nothing is left the tenant's pause says so, and the tenant itself goes a minute later, when there
-- is still nothing (`finished`). No row: nothing to do.
CREATE FUNCTION purge_tenant(p_most int) RETURNS TABLE (tenant_id text, deleted bigint, finished boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  doomed text;
  emptied boolean;
  owned regclass;
  gone bigint;
  total bigint := 0;
BEGIN
  SELECT t.id, t.pause_reason IS NOT DISTINCT FROM 'purged' INTO doomed, emptied FROM tenant t WHERE t.delete_after <= now() ORDER BY t.delete_after LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- Whoever asks for its address would make it a counter.
  UPDATE tenant t SET slug = gen_random_uuid()::text, name = '' WHERE t.id = doomed AND t.name <> '';
  FOR owned IN
    WITH RECURSIVE found AS (
      SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    ), reached AS (
      SELECT f.oid, 0 AS depth FROM found f
      UNION
      SELECT k.conrelid, r.depth + 1 FROM reached r JOIN pg_constraint k ON k.confrelid = r.oid AND k.contype = 'f' AND k.conrelid <> k.confrelid
      WHERE r.depth < 20 AND k.conrelid IN (SELECT f.oid FROM found f)
    )
    SELECT r.oid FROM reached r GROUP BY r.oid
    ORDER BY r.oid IN ('member'::regclass, 'api_key'::regclass) DESC, max(r.depth) DESC, r.oid
  LOOP
    EXECUTE format('DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE tenant_id = $1 LIMIT $2)) AND tenant_id = $1', owned)
    USING doomed, p_most - total;
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    EXIT WHEN total >= p_most;
  END LOOP;
  emptied := emptied AND total = 0;
  IF emptied THEN
    DELETE FROM tenant t WHERE t.id = doomed;
  ELSIF total < p_most THEN
    UPDATE tenant t SET delete_after = now() + interval '1 minute', pause_reason = 'purged' WHERE t.id = doomed;
  END IF;
  RETURN QUERY SELECT doomed, total, emptied;
END $$;

GRANT CREATE ON SCHEMA public TO stint_system;
ALTER FUNCTION slug_moved_to(text, int, text, text) OWNER TO stint_system;
ALTER FUNCTION invitation_of_token(bytea) OWNER TO stint_system;
ALTER FUNCTION purge_contents(int) OWNER TO stint_system;
ALTER FUNCTION purge_tenant(int) OWNER TO stint_system;
REVOKE CREATE ON SCHEMA public FROM stint_system;
REVOKE ALL ON FUNCTION slug_moved_to(text, int, text, text), invitation_of_token(bytea), purge_contents(int), purge_tenant(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION slug_moved_to(text, int, text, text), invitation_of_token(bytea), purge_contents(int), purge_tenant(int) TO stint_app;
