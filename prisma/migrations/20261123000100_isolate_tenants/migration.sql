-- The last wall between tenants. `stint_app` is what web and worker processes are; it sees the rows of the tenant
-- that its transaction has set, and none while nothing is set. `stint_system` owns the few named functions that
-- have to look before the tenant is known or across tenants; nobody signs in as it.
-- Both roles are made by scripts/migrate.ts, because roles belong to the server and not to one database.

GRANT USAGE ON SCHEMA public TO stint_app, stint_system;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['member', 'api_key', 'agent', 'run', 'step', 'run_event', 'usage_counter', 'ledger',
                           'usage_hourly', 'audit_log', 'idempotency_key'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_isolation ON %I TO stint_app
                      USING (tenant_id = NULLIF(current_setting(''stint.tenant_id'', true), ''''))
                      WITH CHECK (tenant_id = NULLIF(current_setting(''stint.tenant_id'', true), ''''))', t);
    EXECUTE format('CREATE POLICY across_tenants ON %I TO stint_system USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tenant TO stint_app
  USING (id = NULLIF(current_setting('stint.tenant_id', true), ''))
  WITH CHECK (id = NULLIF(current_setting('stint.tenant_id', true), ''));
CREATE POLICY across_tenants ON tenant TO stint_system USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE ON user_account TO stint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_up TO stint_app;
GRANT SELECT ON plan TO stint_app;
GRANT SELECT, INSERT, UPDATE ON tenant TO stint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON member TO stint_app;
GRANT SELECT, INSERT, UPDATE ON api_key, agent TO stint_app;
-- A run's state, its steps, its events and everything that is counted change only through the named functions.
GRANT SELECT, INSERT ON run TO stint_app;
GRANT SELECT ON step, run_event, usage_counter, ledger, usage_hourly, projection TO stint_app;
GRANT SELECT, INSERT ON audit_log TO stint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO stint_app;

GRANT SELECT ON user_account, plan, tenant, member, agent TO stint_system;
GRANT SELECT, UPDATE ON api_key, run, projection TO stint_system;
GRANT SELECT, INSERT ON step, run_event, ledger TO stint_system;
GRANT USAGE ON SEQUENCE ledger_id_seq TO stint_system;
GRANT SELECT, INSERT, UPDATE ON usage_counter, usage_hourly TO stint_system;
GRANT SELECT, DELETE ON idempotency_key TO stint_system;

-- Values that the code's unions promise.
ALTER TABLE member ADD CONSTRAINT member_role CHECK (role IN ('owner', 'admin', 'developer', 'billing', 'viewer'));
ALTER TABLE run ADD CONSTRAINT run_status
  CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'canceled', 'timed_out', 'stopped'));
ALTER TABLE ledger ADD CONSTRAINT ledger_meter
  CHECK (meter IN ('agent_ms', 'model_micros', 'api_calls', 'input_tokens', 'output_tokens'));
ALTER TABLE usage_counter ADD CONSTRAINT usage_counter_not_negative
  CHECK (used_ms >= 0 AND leased_ms >= 0 AND used_micros >= 0 AND leased_micros >= 0 AND calls >= 0);
ALTER TABLE usage_counter SET (fillfactor = 50);

CREATE INDEX run_queued ON run (tenant_id, id) WHERE status = 'queued';
CREATE INDEX run_running ON run (tenant_id) WHERE status = 'running';
CREATE INDEX run_lease_expiry ON run (lease_expires_at) WHERE status = 'running';
CREATE INDEX ledger_xid ON ledger (xid);
