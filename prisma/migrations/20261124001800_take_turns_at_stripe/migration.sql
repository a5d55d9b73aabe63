-- One change of a tenant's subscription at a time: who has the turn, and the number that goes into its idempotency keys.

-- CreateTable
CREATE TABLE "billing_turn" (
    "tenant_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 1,
    "held_until" TIMESTAMPTZ(3),

    CONSTRAINT "billing_turn_pkey" PRIMARY KEY ("tenant_id")
);
ALTER TABLE "billing_turn" ADD CONSTRAINT "billing_turn_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT wall_in('billing_turn');
GRANT SELECT, INSERT, UPDATE ON billing_turn TO stint_app;
GRANT SELECT, DELETE ON billing_turn TO stint_system;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- Workspaces whose time has come while Stripe still has a subscription of theirs, the oldest first.
CREATE FUNCTION subscriptions_to_end(p_most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id FROM tenant t JOIN billing_account a ON a.tenant_id = t.id
  WHERE t.delete_after <= now() AND a.status IN ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused')
  ORDER BY t.delete_after LIMIT p_most;
$$;

-- As before, but a workspace waits while Stripe still has a subscription of it: deleted first, nobody could end that.
CREATE OR REPLACE FUNCTION purge_tenant(p_most int) RETURNS TABLE (tenant_id text, deleted bigint, finished boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  doomed text;
  emptied boolean;
  owned regclass;
  gone bigint;
  total bigint := 0;
BEGIN
  SELECT t.id, t.pause_reason IS NOT DISTINCT FROM 'purged' INTO doomed, emptied FROM tenant t WHERE t.delete_after <= now()
    AND NOT EXISTS (SELECT 1 FROM billing_account a WHERE a.tenant_id = t.id AND a.status IN ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused'))
  ORDER BY t.delete_after LIMIT 1 FOR UPDATE SKIP LOCKED;
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

REVOKE ALL ON FUNCTION subscriptions_to_end(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subscriptions_to_end(int) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
