import type pg from "pg";
import { newId } from "@/lib/core/ids";
import { DAY_MS } from "@/lib/core/time";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";

export const SIZE = { runs: 1_000_000, days: 90, smallTenants: 1_000, smallRuns: 100, agents: 20, keys: 10, queued: 2_000 };

export type Size = typeof SIZE;
export type LargeTenant = Workspace & { agents: string[]; keys: string[]; middleId: string; lastId: string; from: Date; parentId: string; previousId: string };

/** A tenant of a million runs between a thousand small ones. One agent in twenty only ever works for others; one run in fifty has children. */
export async function fillRuns(say: (text: string) => void, size: Size = SIZE): Promise<LargeTenant> {
  const large = await makeWorkspace();
  const client = await owner().connect();
  try {
    await client.query("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'; SELECT setseed(0.4)");
    const agents = Array.from({ length: SIZE.agents }, () => newId("agt"));
    const keys = Array.from({ length: SIZE.keys }, () => newId("key"));
    await makeAgentsAndKeys(client, large, agents, keys);
    const { runs } = size;
    say(`filling ${runs.toLocaleString("en-US")} runs of one workspace`);
    await insertRuns(client, { tenantId: large.tenantId, agents, keys, count: runs, queued: size.queued, salt: "0" });
    say("filling the runs of small workspaces");
    await makeSmallTenants(client, large, size);
    say("vacuum and analyze, as autovacuum does in time");
    await client.query("VACUUM (ANALYZE) run");
    const at = async (share: number): Promise<string> => {
      const { rows } = await client.query<{ id: string }>("SELECT id FROM run WHERE tenant_id = $1 ORDER BY id OFFSET $2 LIMIT 1", [large.tenantId, Math.floor((runs - 1) * share)]);
      return rows[0]?.id ?? "";
    };
    const { rows: [named] } = await client.query<{ parent: string; previous: string }>(
      "SELECT (SELECT parent_run_id FROM run WHERE tenant_id = $1 AND parent_run_id IS NOT NULL LIMIT 1) AS parent, (SELECT previous_run_id FROM run WHERE tenant_id = $1 AND previous_run_id IS NOT NULL LIMIT 1) AS previous", [large.tenantId]);
    return { ...large, agents, keys, middleId: await at(0.5), lastId: await at(0.0001), from: new Date(Date.now() - (SIZE.days / 2) * DAY_MS), parentId: named?.parent ?? "", previousId: named?.previous ?? "" };
  } finally {
    client.release();
  }
}

async function makeAgentsAndKeys(client: pg.PoolClient, { tenantId, userId }: Workspace, agents: string[], keys: string[]): Promise<void> {
  await client.query("INSERT INTO agent (id, tenant_id, slug, name, created_by) SELECT id, $2, 'agent-' || n, 'Agent ' || n, $3 FROM unnest($1::text[]) WITH ORDINALITY AS a (id, n)", [agents, tenantId, userId]);
  await client.query(`INSERT INTO agent_version (tenant_id, agent_id, version, config, created_by) SELECT $2, id, 1, '{"model": "stint-extract-1", "instructions": "Summarise."}', $3 FROM unnest($1::text[]) AS a (id)`, [agents, tenantId, userId]);
  await client.query(`INSERT INTO api_key (id, tenant_id, name, hash, prefix, scopes, created_by)
    SELECT id, $2, 'Key ' || n, sha256(id::bytea), 'stint_bench', ARRAY['runs:read'], $3 FROM unnest($1::text[]) WITH ORDINALITY AS k (id, n)`, [keys, tenantId, userId]);
}

/** Ids whose time is spread over the days, in the alphabet of ids; the rest of each is its number. Statuses are mostly good; what waits is the newest. */
async function insertRuns(client: pg.PoolClient, { tenantId, agents, keys, count, queued, salt }: { tenantId: string; agents: string[]; keys: string[]; count: number; queued: number; salt: string }): Promise<void> {
  await client.query(`CREATE OR REPLACE FUNCTION pg_temp.run_id(at timestamptz, n int, salt text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT 'run_' || string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', 1 + ((floor(extract(epoch FROM at) * 1000)::bigint >> (45 - 5 * i)) & 31)::int, 1), '' ORDER BY i) || lpad(salt || lpad(n::text, 8, '0'), 16, '0')
    FROM generate_series(0, 9) i $$`);
  await client.query(`INSERT INTO run (id, tenant_id, agent_id, agent_version, api_key_id, status, input, output, metadata, model, max_ms, executed_ms, created_at, started_at, finished_at, depth, parent_run_id, parent_seq, root_run_id, previous_run_id)
    SELECT pg_temp.run_id(p.at, p.i, $5), $1, ($2::text[])[CASE WHEN p.child THEN cardinality($2::text[]) ELSE 1 + p.i % greatest(1, cardinality($2::text[]) - 1) END], 1,
           CASE WHEN cardinality($3::text[]) > 0 AND p.i % 7 > 0 THEN ($3::text[])[1 + (p.i / 3) % cardinality($3::text[])] END, p.status, 'One sentence stands here.', 'One sentence.', '{}', 'stint-extract-1', 600000, p.i % 60000,
           p.at, p.at, CASE WHEN p.status NOT IN ('queued', 'running') THEN p.at END,
           CASE WHEN p.child THEN 1 ELSE 0 END, CASE WHEN p.child THEN p.first END, CASE WHEN p.child THEN p.i % 50 END, CASE WHEN p.child THEN p.first END,
           CASE WHEN p.i % 50 = 10 THEN p.first END
    FROM (
      SELECT i, now() - make_interval(days => $6) * (1 - i::float8 / $4) AS at, i % 50 BETWEEN 1 AND 4 AND i > 50 AS child,
             pg_temp.run_id(now() - make_interval(days => $6) * (1 - (i - i % 50)::float8 / $4), i - i % 50, $5) AS first,
             CASE WHEN i > $4 - $7 THEN 'queued' WHEN $7 > 0 AND i > $4 - $7 - 10 THEN 'running'
                  WHEN i % 1000 = 7 THEN 'stopped' WHEN i % 500 = 11 THEN 'timed_out' WHEN i % 100 = 13 THEN 'canceled' WHEN i % 25 = 9 THEN 'failed' ELSE 'succeeded' END AS status
      FROM generate_series(1, $4::int) i) p`, [tenantId, agents, keys, count, salt, SIZE.days, queued]);
}

async function makeSmallTenants(client: pg.PoolClient, { planId, userId }: Workspace, size: Size): Promise<void> {
  await client.query("INSERT INTO tenant (id, slug, name, plan_id) SELECT 'ten_small' || lpad(n::text, 17, '0'), 'small-' || n, 'Small ' || n, $1 FROM generate_series(1, $2::int) n", [planId, size.smallTenants]);
  await client.query("INSERT INTO agent (id, tenant_id, slug, name, created_by) SELECT 'agt_' || id, id, 'agent', 'Agent', $1 FROM tenant WHERE slug LIKE 'small-%'", [userId]);
  await client.query(`INSERT INTO agent_version (tenant_id, agent_id, version, config, created_by) SELECT id, 'agt_' || id, 1, '{"model": "stint-extract-1", "instructions": "Summarise."}', $1 FROM tenant WHERE slug LIKE 'small-%'`, [userId]);
  const { rows } = await client.query<{ id: string }>("SELECT id FROM tenant WHERE slug LIKE 'small-%' ORDER BY id");
  for (const [n, { id }] of rows.entries()) await insertRuns(client, { tenantId: id, agents: [`agt_${id}`], keys: [], count: size.smallRuns, queued: 0, salt: String(n + 1) });
}
