-- Outgoing webhooks: where they go, what happened (an outbox that is written with the change itself), and what became of
-- each delivery. What ends runs, pauses tenants and warns of keys knows nothing of it: triggers on their tables write.

CREATE TABLE webhook_endpoint (
  id text PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES tenant (id) ON DELETE CASCADE ON UPDATE CASCADE,
  url text NOT NULL,
  description text NOT NULL DEFAULT '',
  event_types text[] NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  disabled_at timestamptz(3),
  disabled_reason text,
  secret text NOT NULL,
  previous_secret text,
  previous_secret_expires_at timestamptz(3),
  failing_since timestamptz(3),
  last_attempt_at timestamptz(3),
  last_success_at timestamptz(3),
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  deleted_at timestamptz(3),
  CONSTRAINT webhook_endpoint_reason CHECK (disabled_reason IN ('user', 'gone', 'failing')),
  CONSTRAINT webhook_endpoint_state CHECK (enabled = (disabled_at IS NULL) AND enabled = (disabled_reason IS NULL) AND NOT (enabled AND deleted_at IS NOT NULL))
);
CREATE UNIQUE INDEX webhook_endpoint_tenant_id_id_key ON webhook_endpoint (tenant_id, id);
-- Asked at every end of a run.
CREATE INDEX webhook_endpoint_enabled ON webhook_endpoint (tenant_id) WHERE enabled;
CREATE INDEX webhook_endpoint_deleted ON webhook_endpoint (deleted_at) WHERE deleted_at IS NOT NULL;

-- Without a reference to the tenant: a run's end must not wait for somebody who changes the tenant's row.
CREATE TABLE webhook_event (
  id text PRIMARY KEY,
  tenant_id text NOT NULL,
  type text NOT NULL,
  payload json NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  fanned_out_at timestamptz(3)
);
CREATE UNIQUE INDEX webhook_event_tenant_id_id_key ON webhook_event (tenant_id, id);
CREATE INDEX webhook_event_outbox ON webhook_event (id) WHERE fanned_out_at IS NULL;
CREATE INDEX webhook_event_created_at_idx ON webhook_event (created_at);

CREATE TABLE webhook_delivery (
  id text PRIMARY KEY,
  tenant_id text NOT NULL,
  endpoint_id text NOT NULL,
  event_id text NOT NULL,
  status text NOT NULL DEFAULT 'pending',
  attempts int NOT NULL DEFAULT 0,
  tries int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3) DEFAULT CURRENT_TIMESTAMP,
  claimed_until timestamptz(3),
  fence bigint NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  finished_at timestamptz(3),
  CONSTRAINT webhook_delivery_status CHECK (status IN ('pending', 'succeeded', 'failed', 'canceled')),
  CONSTRAINT webhook_delivery_state CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL) AND (status = 'pending') = (finished_at IS NULL)),
  CONSTRAINT webhook_delivery_endpoint FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoint (tenant_id, id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT webhook_delivery_event FOREIGN KEY (tenant_id, event_id) REFERENCES webhook_event (tenant_id, id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX webhook_delivery_tenant_id_id_key ON webhook_delivery (tenant_id, id);
-- An endpoint gets an event once, however often the outbox is emptied.
CREATE UNIQUE INDEX webhook_delivery_tenant_id_event_id_endpoint_id_key ON webhook_delivery (tenant_id, event_id, endpoint_id);
CREATE INDEX webhook_delivery_tenant_id_endpoint_id_id_idx ON webhook_delivery (tenant_id, endpoint_id, id);
CREATE INDEX webhook_delivery_tenant_id_endpoint_id_status_id_idx ON webhook_delivery (tenant_id, endpoint_id, status, id);
CREATE INDEX webhook_delivery_pending ON webhook_delivery (tenant_id, endpoint_id, next_attempt_at, id) WHERE status = 'pending';
CREATE INDEX webhook_delivery_claimed ON webhook_delivery (tenant_id, endpoint_id) WHERE claimed_until IS NOT NULL;

CREATE TABLE webhook_attempt (
  tenant_id text NOT NULL,
  delivery_id text NOT NULL,
  seq int NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  duration_ms int NOT NULL,
  status_code int,
  error text,
  response text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, delivery_id, seq),
  CONSTRAINT webhook_attempt_delivery FOREIGN KEY (tenant_id, delivery_id) REFERENCES webhook_delivery (tenant_id, id) ON DELETE CASCADE ON UPDATE CASCADE
);

SELECT wall_in('webhook_endpoint');
SELECT wall_in('webhook_event');
SELECT wall_in('webhook_delivery');
SELECT wall_in('webhook_attempt');
GRANT SELECT, INSERT, UPDATE ON webhook_endpoint, webhook_delivery TO stint_app;
GRANT SELECT, INSERT ON webhook_event, webhook_attempt TO stint_app;
GRANT SELECT, UPDATE, DELETE ON webhook_endpoint TO stint_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_event, webhook_delivery TO stint_system;
GRANT SELECT, DELETE ON webhook_attempt TO stint_system;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- An instant as the API writes it.
CREATE FUNCTION iso_instant(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;

-- Whether any endpoint of the tenant wants events of this type.
CREATE FUNCTION wants_webhook(p_tenant_id text, p_type text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM webhook_endpoint w WHERE w.tenant_id = p_tenant_id AND w.enabled AND w.event_types && ARRAY['*', p_type]);
$$;

-- Puts an event into the outbox, in the transaction of whatever it tells of.
CREATE FUNCTION write_webhook_event(p_tenant_id text, p_type text, p_data json) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO webhook_event (id, tenant_id, type, payload)
  SELECT e.id, p_tenant_id, p_type, json_build_object('id', e.id, 'type', p_type, 'created_at', iso_instant(now()), 'tenant_id', p_tenant_id, 'data', p_data)
  FROM (SELECT new_id('evt') AS id) e;
$$;

-- A run has ended. What it carries is the API's own summary of a run, without input and output.
CREATE FUNCTION webhook_of_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  kind text := 'run.' || CASE NEW.status WHEN 'timed_out' THEN 'failed' ELSE NEW.status END;
BEGIN
  IF NOT wants_webhook(NEW.tenant_id, kind) THEN
    RETURN NULL;
  END IF;
  PERFORM write_webhook_event(NEW.tenant_id, kind, json_build_object(
    'id', NEW.id, 'object', 'run', 'agent', (SELECT a.slug FROM agent a WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.agent_id), 'agent_id', NEW.agent_id,
    'agent_version', NEW.agent_version, 'previous_run_id', NEW.previous_run_id, 'parent_run_id', NEW.parent_run_id, 'status', NEW.status, 'model', NEW.model,
    'error', CASE WHEN NEW.error_code IS NOT NULL THEN json_build_object('code', NEW.error_code, 'message', left(coalesce(NEW.error_message, ''), 2000)) END,
    -- An event is at most 64 KB: metadata past what the API takes is left out.
    'metadata', CASE WHEN octet_length(NEW.metadata::text) <= 49152 THEN NEW.metadata ELSE '{}'::jsonb END,
    'usage', json_build_object('agent_ms', NEW.executed_ms, 'lost_ms', NEW.lost_ms, 'input_tokens', NEW.input_tokens, 'output_tokens', NEW.output_tokens,
                               'model_spend_micros', NEW.model_spend_micros),
    'max_ms', NEW.max_ms, 'created_at', iso_instant(NEW.created_at), 'started_at', iso_instant(NEW.started_at), 'finished_at', iso_instant(NEW.finished_at)));
  RETURN NULL;
END $$;

-- A threshold was reached, or an hour cost far more than usual.
CREATE FUNCTION webhook_of_alert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF wants_webhook(NEW.tenant_id, 'usage.' || NEW.kind) THEN
    PERFORM write_webhook_event(NEW.tenant_id, 'usage.' || NEW.kind, json_build_object(
      'id', NEW.id, 'object', 'usage_alert', 'meter', NEW.meter, 'api_key_id', NULLIF(NEW.api_key_id, ''), 'percent', NEW.percent,
      'used', NEW.used, 'quota', NEW.quota, 'cap', NEW.cap, 'period_start', iso_instant(NEW.period_start), 'crossed_at', iso_instant(NEW.crossed_at)));
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION webhook_of_pause() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF wants_webhook(NEW.id, 'tenant.paused') THEN
    PERFORM write_webhook_event(NEW.id, 'tenant.paused', json_build_object(
      'id', NEW.id, 'object', 'tenant', 'slug', NEW.slug, 'name', left(NEW.name, 200), 'reason', NEW.pause_reason, 'paused_at', iso_instant(NEW.paused_at)));
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION webhook_of_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF wants_webhook(NEW.tenant_id, 'key.expiring') THEN
    PERFORM write_webhook_event(NEW.tenant_id, 'key.expiring', json_build_object(
      'id', NEW.id, 'object', 'api_key', 'name', NEW.name, 'prefix', NEW.prefix, 'expires_at', iso_instant(NEW.expires_at)));
  END IF;
  RETURN NULL;
END $$;

-- Makes a delivery of each event in the outbox for every endpoint that wants it, of at most `p_most` events. Returns how many events.
CREATE FUNCTION fan_out_webhooks(p_most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH fresh AS MATERIALIZED (
    SELECT e.id, e.tenant_id, e.type FROM webhook_event e WHERE e.fanned_out_at IS NULL ORDER BY e.id LIMIT p_most FOR UPDATE SKIP LOCKED
  ), wanted AS MATERIALIZED (
    SELECT f.id AS event_id, f.tenant_id, w.id AS endpoint_id
    FROM fresh f JOIN webhook_endpoint w ON w.tenant_id = f.tenant_id AND w.enabled AND w.event_types && ARRAY['*', f.type]
    FOR KEY SHARE OF w
  ), made AS (
    INSERT INTO webhook_delivery (id, tenant_id, endpoint_id, event_id)
    SELECT new_id('dlv'), w.tenant_id, w.endpoint_id, w.event_id FROM wanted w ORDER BY w.event_id, w.endpoint_id
    ON CONFLICT DO NOTHING
  ), done AS (
    UPDATE webhook_event e SET fanned_out_at = now() FROM fresh f WHERE e.id = f.id RETURNING 1
  )
  SELECT count(*) FROM done;
$$;

-- Gives out at most `p_most` deliveries that are due, at most `p_most_failing` of them to endpoints that fail at present, with
-- all that sending them takes. A claim holds until it is recorded or `p_lease_ms` have passed; then it comes back. Fair: at
-- most four at a time go to one endpoint (one while it fails) and eight to one tenant, so that a receiver who
-- hangs delays nobody else. What was meant for an endpoint that is disabled or deleted is canceled on the way.
CREATE FUNCTION claim_webhooks(p_most int, p_most_failing int, p_lease_ms int)
RETURNS TABLE (delivery_id text, tenant_id text, endpoint_id text, event_id text, fence bigint, tries int, failing boolean, url text, secret text, previous_secret text, payload json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  -- Who counts what is under way must see every other claim.
  PERFORM pg_advisory_xact_lock(hashtextextended('claim_webhooks', 0));
  RETURN QUERY
  WITH RECURSIVE head AS (
    (SELECT d.tenant_id, d.endpoint_id FROM webhook_delivery d WHERE d.status = 'pending' ORDER BY d.tenant_id, d.endpoint_id LIMIT 1)
    UNION ALL
    SELECT n.tenant_id, n.endpoint_id FROM head h CROSS JOIN LATERAL (
      SELECT d.tenant_id, d.endpoint_id FROM webhook_delivery d
      WHERE d.status = 'pending' AND (d.tenant_id, d.endpoint_id) > (h.tenant_id, h.endpoint_id) ORDER BY d.tenant_id, d.endpoint_id LIMIT 1) n
  ), place AS MATERIALIZED (
    SELECT h.tenant_id, h.endpoint_id, w.enabled, w.failing_since IS NOT NULL AS failing, CASE WHEN w.failing_since IS NULL THEN 4 ELSE 1 END AS room,
           (SELECT count(*) FROM webhook_delivery c WHERE c.tenant_id = h.tenant_id AND c.endpoint_id = h.endpoint_id AND c.claimed_until > now()) AS busy
    FROM head h JOIN webhook_endpoint w ON w.tenant_id = h.tenant_id AND w.id = h.endpoint_id
  ), canceled AS (
    UPDATE webhook_delivery d SET status = 'canceled', next_attempt_at = NULL, claimed_until = NULL, finished_at = now(), fence = d.fence + 1
    WHERE d.id IN (SELECT c.id FROM place p CROSS JOIN LATERAL (
      SELECT x.id FROM webhook_delivery x WHERE x.tenant_id = p.tenant_id AND x.endpoint_id = p.endpoint_id AND x.status = 'pending' LIMIT 1000 FOR UPDATE SKIP LOCKED) c
      WHERE NOT p.enabled)
  ), due AS (
    SELECT d.id, p.tenant_id, p.failing, d.next_attempt_at, p.busy + row_number() OVER (PARTITION BY p.tenant_id, p.endpoint_id ORDER BY d.next_attempt_at, d.id) AS turn,
           (SELECT sum(o.busy) FROM place o WHERE o.tenant_id = p.tenant_id) AS tenant_busy
    FROM place p CROSS JOIN LATERAL (
      SELECT x.id, x.next_attempt_at FROM webhook_delivery x
      WHERE x.tenant_id = p.tenant_id AND x.endpoint_id = p.endpoint_id AND x.status = 'pending' AND x.next_attempt_at <= now()
      ORDER BY x.next_attempt_at, x.id LIMIT greatest(0, p.room - p.busy) FOR UPDATE SKIP LOCKED) d
    WHERE p.enabled
  ), fair AS (
    SELECT d.*, d.tenant_busy + row_number() OVER (PARTITION BY d.tenant_id ORDER BY d.failing, d.turn, d.next_attempt_at, d.id) AS tenant_turn FROM due d
  ), ranked AS (
    SELECT f.*, row_number() OVER (PARTITION BY f.failing ORDER BY f.turn, f.tenant_turn, f.next_attempt_at, f.id) AS rank FROM fair f WHERE f.tenant_turn <= 8
  ), chosen AS MATERIALIZED (
    SELECT r.id, r.failing FROM ranked r WHERE NOT r.failing OR r.rank <= p_most_failing
    ORDER BY r.failing, r.turn, r.tenant_turn, r.next_attempt_at, r.id LIMIT p_most
  ), claimed AS (
    UPDATE webhook_delivery d SET fence = d.fence + 1, claimed_until = now() + p_lease_ms * interval '1 millisecond', next_attempt_at = now() + p_lease_ms * interval '1 millisecond'
    FROM chosen c WHERE d.id = c.id RETURNING d.*
  )
  SELECT d.id, d.tenant_id, d.endpoint_id, d.event_id, d.fence, d.tries, w.failing_since IS NOT NULL, w.url, w.secret,
         CASE WHEN w.previous_secret_expires_at > now() THEN w.previous_secret END, e.payload
  FROM claimed d
  JOIN webhook_endpoint w ON w.tenant_id = d.tenant_id AND w.id = d.endpoint_id
  JOIN webhook_event e ON e.tenant_id = d.tenant_id AND e.id = d.event_id;
END $$;

-- Deletes events that are older than `p_keep`, with their deliveries, unless one is still under way, and what is left of
-- deleted endpoints; at most `p_most` of each a call. Returns how many rows.
CREATE FUNCTION purge_webhooks(p_keep interval, p_most int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  gone bigint;
  total bigint := 0;
BEGIN
  IF p_keep < interval '30 days' THEN
    RAISE EXCEPTION 'events are kept for at least 30 days' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  DELETE FROM webhook_event v WHERE v.id IN (
    SELECT e.id FROM webhook_event e
    WHERE e.created_at < now() - p_keep AND e.fanned_out_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.tenant_id = e.tenant_id AND d.event_id = e.id AND d.status = 'pending')
    ORDER BY e.created_at LIMIT p_most FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  total := total + gone;
  DELETE FROM webhook_delivery v WHERE v.id IN (
    SELECT d.id FROM webhook_endpoint w JOIN webhook_delivery d ON d.tenant_id = w.tenant_id AND d.endpoint_id = w.id
    WHERE w.deleted_at IS NOT NULL LIMIT p_most FOR UPDATE OF d SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  total := total + gone;
  DELETE FROM webhook_endpoint v WHERE v.id IN (
    SELECT w.id FROM webhook_endpoint w
    WHERE w.deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.tenant_id = w.tenant_id AND d.endpoint_id = w.id)
    LIMIT p_most FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN total + gone;
END $$;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;

CREATE TRIGGER webhook_of_run AFTER UPDATE OF status ON run FOR EACH ROW
  WHEN (OLD.status IN ('queued', 'running') AND NEW.status NOT IN ('queued', 'running')) EXECUTE FUNCTION webhook_of_run();
CREATE TRIGGER webhook_of_alert AFTER INSERT ON usage_alert FOR EACH ROW EXECUTE FUNCTION webhook_of_alert();
CREATE TRIGGER webhook_of_pause AFTER UPDATE OF paused_at ON tenant FOR EACH ROW
  WHEN (OLD.paused_at IS NULL AND NEW.paused_at IS NOT NULL) EXECUTE FUNCTION webhook_of_pause();
CREATE TRIGGER webhook_of_key AFTER UPDATE OF expiry_warned_at ON api_key FOR EACH ROW
  WHEN (OLD.expiry_warned_at IS NULL AND NEW.expiry_warned_at IS NOT NULL AND NEW.revoked_at IS NULL) EXECUTE FUNCTION webhook_of_key();

SET LOCAL ROLE stint_system;
REVOKE ALL ON FUNCTION iso_instant(timestamptz), wants_webhook(text, text), write_webhook_event(text, text, json), webhook_of_run(), webhook_of_alert(), webhook_of_pause(), webhook_of_key(),
  fan_out_webhooks(int), claim_webhooks(int, int, int), purge_webhooks(interval, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fan_out_webhooks(int), claim_webhooks(int, int, int), purge_webhooks(interval, int) TO stint_app;
RESET ROLE;
