-- Following usage: a page on which nothing runs waits until something is used, instead of asking again and again. Each process asks
-- this once for all the pages that wait in it.

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- A mark for how runs and usage of each tenant stand in its present period, which tells nothing of the numbers: they are the same while
-- it is. Another text of it is in lib/usage/live.ts.
CREATE FUNCTION usage_revisions(p_tenant_ids text[]) RETURNS TABLE (tenant_id text, revision text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id, left(encode(sha256(convert_to(concat_ws(' ',
           (SELECT count(*) FROM run r WHERE r.tenant_id = t.id AND r.status = 'running'),
           (SELECT count(*) FROM run r WHERE r.tenant_id = t.id AND r.status = 'queued'),
           coalesce(c.used_ms, 0), coalesce(c.used_micros, 0), coalesce(c.calls, 0)), 'UTF8')), 'hex'), 16)
  FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  LEFT JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
  WHERE t.id = ANY (p_tenant_ids);
$$;

REVOKE ALL ON FUNCTION usage_revisions(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION usage_revisions(text[]) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
