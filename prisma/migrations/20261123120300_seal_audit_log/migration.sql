-- The audit log's hash chain: one a tenant, written behind the log by a job, so that recording never waits. The chain
-- stands in a table of its own; neither it nor the log can be changed by the application's role.

-- AlterTable
ALTER TABLE "audit_log" ADD COLUMN     "xid" xid8 NOT NULL DEFAULT pg_current_xact_id();

-- CreateTable
CREATE TABLE "audit_seal" (
    "tenant_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "audit_id" TEXT NOT NULL,
    "previous_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("tenant_id","seq")
);

-- CreateTable
CREATE TABLE "audit_chain" (
    "tenant_id" TEXT NOT NULL,
    "seals" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_chain_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_tenant_id_audit_id_key" ON "audit_seal"("tenant_id", "audit_id");

CREATE INDEX audit_log_xid ON audit_log (xid);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['audit_seal', 'audit_chain'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_isolation ON %I TO stint_app
                      USING (tenant_id = NULLIF(current_setting(''stint.tenant_id'', true), ''''))
                      WITH CHECK (tenant_id = NULLIF(current_setting(''stint.tenant_id'', true), ''''))', t);
    EXECUTE format('CREATE POLICY across_tenants ON %I TO stint_system USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
GRANT SELECT ON audit_seal, audit_chain TO stint_app;
GRANT SELECT ON audit_log TO stint_system;
GRANT SELECT, INSERT ON audit_seal TO stint_system;
GRANT SELECT, INSERT, UPDATE ON audit_chain TO stint_system;

INSERT INTO projection (name, watermark) VALUES ('audit_seal', '0');

-- What of a row is sealed: its fields in a fixed order, each with its length in bytes before it, so that no two rows
-- read the same. scripts/audit/chain.ts writes the same text on its own.
CREATE FUNCTION audit_text(p_row audit_log) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT string_agg(coalesce(octet_length(f.value) || ':' || f.value, '-'), ',' ORDER BY f.n)
  FROM unnest(ARRAY[p_row.id, p_row.tenant_id, p_row.actor_type, p_row.actor_id, p_row.action, p_row.target_type, p_row.target_id,
                    p_row.before::text, p_row.after::text, p_row.ip, p_row.request_id,
                    floor(extract(epoch FROM p_row.created_at) * 1000)::bigint::text]) WITH ORDINALITY AS f (value, n);
$$;

-- Seals what was recorded since the last call, in the order of ids, and returns how many rows. It reads only what was
-- written by transactions older than every open one, so a row that commits late is sealed later and never missed; one
-- process at a time does the work.
CREATE FUNCTION seal_audit() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  low xid8;
  high xid8;
  entry audit_log;
  head audit_chain;
  sealed bigint := 0;
  next_hash bytea;
BEGIN
  SELECT watermark INTO low FROM projection WHERE name = 'audit_seal' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  high := pg_snapshot_xmin(pg_current_snapshot());
  IF high <= low THEN
    RETURN 0;
  END IF;
  FOR entry IN SELECT a.* FROM audit_log a WHERE a.xid >= low AND a.xid < high ORDER BY a.tenant_id, a.id LOOP
    IF head.tenant_id IS DISTINCT FROM entry.tenant_id THEN
      SELECT c.* INTO head FROM audit_chain c WHERE c.tenant_id = entry.tenant_id;
      IF NOT FOUND THEN
        head := ROW(entry.tenant_id, 0, ''::bytea)::audit_chain;
      END IF;
    END IF;
    next_hash := sha256(head.hash || convert_to(audit_text(entry), 'UTF8'));
    INSERT INTO audit_seal (tenant_id, seq, audit_id, previous_hash, hash)
    VALUES (entry.tenant_id, head.seals + 1, entry.id, head.hash, next_hash);
    head.seals := head.seals + 1;
    head.hash := next_hash;
    INSERT INTO audit_chain (tenant_id, seals, hash) VALUES (head.tenant_id, head.seals, head.hash)
    ON CONFLICT (tenant_id) DO UPDATE SET seals = excluded.seals, hash = excluded.hash;
    sealed := sealed + 1;
  END LOOP;
  IF sealed > 0 THEN
    UPDATE projection SET watermark = high, updated_at = now() WHERE name = 'audit_seal';
  END IF;
  RETURN sealed;
END $$;

GRANT CREATE ON SCHEMA public TO stint_system;
ALTER FUNCTION seal_audit() OWNER TO stint_system;
ALTER FUNCTION audit_text(audit_log) OWNER TO stint_system;
REVOKE CREATE ON SCHEMA public FROM stint_system;
REVOKE ALL ON FUNCTION seal_audit(), audit_text(audit_log) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seal_audit() TO stint_app;
