-- The ledger in months: raw rows are kept for about ninety days and leave by whole partitions; what they sum up to stays
-- in the rollups, hourly and daily. The table as it was becomes the first partition, so nothing is copied.

ALTER TABLE ledger RENAME TO ledger_before;
ALTER TABLE ledger_before DROP CONSTRAINT ledger_pkey;
ALTER TABLE ledger_before ADD CONSTRAINT ledger_before_pkey PRIMARY KEY (id, occurred_at);
ALTER TABLE ledger_before RENAME CONSTRAINT ledger_meter TO ledger_before_meter;
ALTER INDEX ledger_tenant_id_occurred_at_idx RENAME TO ledger_before_tenant_id_occurred_at_idx;
DROP INDEX ledger_tenant_id_run_id_idx;
CREATE INDEX ledger_before_run ON ledger_before (tenant_id, run_id) WHERE run_id IS NOT NULL;
ALTER INDEX ledger_xid RENAME TO ledger_before_xid;
-- Corrections are rows like any other, which somebody answers for.
ALTER TABLE ledger_before ADD COLUMN "adjusted_by" TEXT, ADD COLUMN "reason" TEXT;

CREATE TABLE ledger (LIKE ledger_before INCLUDING DEFAULTS) PARTITION BY RANGE (occurred_at);
ALTER TABLE ledger ADD CONSTRAINT ledger_pkey PRIMARY KEY (id, occurred_at);
ALTER SEQUENCE ledger_id_seq OWNED BY ledger.id;
CREATE INDEX ledger_tenant_id_occurred_at_idx ON ledger (tenant_id, occurred_at);
-- API calls belong to no run.
CREATE INDEX ledger_run ON ledger (tenant_id, run_id) WHERE run_id IS NOT NULL;
CREATE INDEX ledger_xid ON ledger (xid);

-- Row-level security around a table of a tenant's rows, a partition included: it can be asked for by its own name.
CREATE FUNCTION wall_in(p_table regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', p_table);
  EXECUTE format('CREATE POLICY tenant_isolation ON %s TO stint_app
                    USING (tenant_id = NULLIF(current_setting(''stint.tenant_id'', true), ''''))
                    WITH CHECK (tenant_id = NULLIF(current_setting(''stint.tenant_id'', true), ''''))', p_table);
  EXECUTE format('CREATE POLICY across_tenants ON %s TO stint_system USING (true) WITH CHECK (true)', p_table);
END $$;
REVOKE ALL ON FUNCTION wall_in(regclass) FROM PUBLIC;

SELECT wall_in('ledger');
GRANT SELECT ON ledger TO stint_app;
GRANT SELECT, INSERT, DELETE ON ledger TO stint_system;
-- Nobody but their owner asks for partitions by name.
REVOKE ALL ON ledger_before FROM stint_app, stint_system;

ALTER TABLE ledger ADD CONSTRAINT ledger_meter
  CHECK (meter IN ('agent_ms', 'model_micros', 'api_calls', 'input_tokens', 'output_tokens'));
ALTER TABLE ledger_before DROP CONSTRAINT ledger_before_meter;
ALTER TABLE ledger_before ADD CONSTRAINT ledger_meter
  CHECK (meter IN ('agent_ms', 'model_micros', 'api_calls', 'input_tokens', 'output_tokens'));

DO $$
BEGIN
  EXECUTE format('ALTER TABLE ledger ATTACH PARTITION ledger_before FOR VALUES FROM (MINVALUE) TO (%L)',
                 (date_trunc('month', now(), 'UTC') + interval '1 month')::text);
END $$;
ALTER TABLE ledger ADD CONSTRAINT ledger_adjustment
  CHECK ((adjusted_by IS NULL) = (reason IS NULL) AND (adjusted_by IS NOT NULL OR quantity >= 0));

-- Makes the partitions of this month and the three after it, and drops those that ended more than `p_keep_days` ago, once
-- the rollups have long passed them. Returns how many were made and dropped. The application may not make tables; it
-- may ask for exactly this. It runs as the owner of the ledger and takes no name from its caller.
CREATE FUNCTION keep_ledger_partitions(p_keep_days int, OUT made int, OUT dropped int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  month timestamptz;
  named text;
  old record;
  projected_at timestamptz;
BEGIN
  IF p_keep_days < 31 THEN
    RAISE EXCEPTION 'raw usage is kept for at least 31 days' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('keep_ledger_partitions'));
  made := 0;
  dropped := 0;
  FOR month IN SELECT date_trunc('month', now(), 'UTC') + make_interval(months => n) FROM generate_series(0, 3) n LOOP
    named := 'ledger_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass(named) IS NOT NULL OR month < (
      SELECT max(substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('(.+)'\)$re$)::timestamptz)
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'ledger'::regclass);
    EXECUTE format('CREATE TABLE public.%I PARTITION OF ledger FOR VALUES FROM (%L) TO (%L)', named, month::text,
                   ((month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC')::text);
    PERFORM wall_in(named::regclass);
    made := made + 1;
  END LOOP;
  SELECT p.updated_at INTO projected_at FROM projection p WHERE p.name = 'usage_hourly';
  FOR old IN
    SELECT c.oid::regclass AS name, b.ended FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    CROSS JOIN LATERAL (SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('(.+)'\)$re$)::timestamptz AS ended) b
    WHERE i.inhparent = 'ledger'::regclass AND b.ended < now() - make_interval(days => p_keep_days)
  LOOP
    CONTINUE WHEN projected_at < old.ended + interval '1 day';
    EXECUTE format('DROP TABLE %s', old.name);
    dropped := dropped + 1;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION keep_ledger_partitions(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_ledger_partitions(int) TO stint_app;
SELECT keep_ledger_partitions(90);
-- For a time that no month holds. It stays empty.
CREATE TABLE ledger_other PARTITION OF ledger DEFAULT;
SELECT wall_in('ledger_other');

-- CreateTable
CREATE TABLE "usage_daily" (
    "tenant_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "meter" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL DEFAULT '',
    "api_key_id" TEXT NOT NULL DEFAULT '',
    "billed" BOOLEAN NOT NULL DEFAULT true,
    "quantity" BIGINT NOT NULL,

    CONSTRAINT "usage_daily_pkey" PRIMARY KEY ("tenant_id","day","meter","agent_id","api_key_id","billed")
);
-- For the upkeep that deletes old rows of everybody; rows come in the order of time.
CREATE INDEX usage_hourly_hour ON usage_hourly USING brin (hour);
CREATE INDEX usage_daily_day ON usage_daily USING brin (day);
SELECT wall_in('usage_daily');
GRANT SELECT ON usage_daily TO stint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON usage_daily TO stint_system;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;
INSERT INTO usage_daily (tenant_id, day, meter, agent_id, api_key_id, billed, quantity)
SELECT h.tenant_id, (h.hour AT TIME ZONE 'UTC')::date, h.meter, h.agent_id, h.api_key_id, h.billed, sum(h.quantity) FROM usage_hourly h GROUP BY 1, 2, 3, 4, 5, 6;

-- Deletes rollups older than two years, at most `p_most` rows a call. Returns how many.
CREATE FUNCTION trim_rollups(p_most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH hours AS (
    DELETE FROM usage_hourly WHERE ctid = ANY (ARRAY(SELECT h.ctid FROM usage_hourly h WHERE h.hour < now() - interval '2 years' LIMIT p_most)) RETURNING 1
  ), days AS (
    DELETE FROM usage_daily WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM usage_daily d WHERE d.day < (now() - interval '2 years')::date LIMIT p_most)) RETURNING 1
  )
  SELECT (SELECT count(*) FROM hours) + (SELECT count(*) FROM days);
$$;
REVOKE ALL ON FUNCTION trim_rollups(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION trim_rollups(int) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
