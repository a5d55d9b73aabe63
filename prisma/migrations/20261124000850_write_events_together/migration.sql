-- A worker process writes the events of all its runs in one statement: with one statement a run, 256 runs at ten batches
-- a second were most of what the database did, and leases were renewed late behind them.

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "event_batch" BIGINT NOT NULL DEFAULT 0;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- Appends events to running runs, one element of the arrays an event, each run's numbered on from its last. `p_batches`
-- rises from write to write of a run, so that a batch which is sent again, because its answer was lost, is not there
-- twice. Returns the runs that were written to; of a run that is missing the fence or the batch is old. Runs are locked
-- in one order.
DROP FUNCTION append_run_events(text, bigint, text[], jsonb[]);
CREATE FUNCTION append_run_events(p_run_ids text[], p_fences bigint[], p_batches bigint[], p_types text[], p_data jsonb[]) RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH asked AS MATERIALIZED (
    SELECT a.run_id, a.fence, a.batch, a.type, a.data, row_number() OVER (PARTITION BY a.run_id, a.fence ORDER BY a.ord)::int AS n
    FROM unnest(p_run_ids, p_fences, p_batches, p_types, p_data) WITH ORDINALITY AS a (run_id, fence, batch, type, data, ord)
  ), batch AS (
    SELECT a.run_id, a.fence, a.batch, count(*)::int AS size FROM asked a GROUP BY 1, 2, 3
  ), held AS MATERIALIZED (
    SELECT r.id, b.batch, b.size FROM run r JOIN batch b ON b.run_id = r.id AND b.fence = r.fence
    WHERE r.status = 'running' AND r.event_batch < b.batch ORDER BY r.id FOR UPDATE OF r
  ), numbered AS (
    UPDATE run r SET event_seq = r.event_seq + h.size, event_batch = h.batch FROM held h WHERE r.id = h.id
    RETURNING r.id, r.tenant_id, r.fence, r.event_seq - h.size AS base
  ), written AS (
    INSERT INTO run_event (tenant_id, run_id, seq, type, data)
    SELECT d.tenant_id, d.id, d.base + a.n, a.type, a.data FROM numbered d JOIN asked a ON a.run_id = d.id AND a.fence = d.fence
  )
  SELECT d.id FROM numbered d;
$$;
REVOKE ALL ON FUNCTION append_run_events(text[], bigint[], bigint[], text[], jsonb[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_run_events(text[], bigint[], bigint[], text[], jsonb[]) TO stint_app;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
