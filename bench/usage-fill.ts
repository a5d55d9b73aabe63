import type pg from "pg";
import { newId } from "@/lib/core/ids";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";

export const SIZE = { ledgerRows: 10_000_000, runs: 200_000, rollupDays: 730, agents: 20, keys: 10, smallTenants: 1_000, smallTenantDays: 30 };

/** A tenant as large as issue 4 asks for, between a thousand small ones. Filled by statements in the database, as the owner of the tables. */
export async function fillLargeTenant(say: (text: string) => void): Promise<Workspace> {
  const large = await makeWorkspace({ minutesMs: 1e12, apiCalls: 1_000_000_000, spendMicros: 1e12 });
  const client = await owner().connect();
  try {
    await client.query("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'; SELECT setseed(0.4)");
    await makeAgentsAndKeys(client, large);
    await makeSmallTenants(client, large.planId);
    say("filling the rollups");
    await fillRollups(client, large.tenantId);
    say("filling the ledger");
    await fillLedger(client, large.tenantId);
    say("filling the runs");
    await fillRuns(client, large);
    await client.query("INSERT INTO usage_counter (tenant_id, period_start, used_ms, used_micros, calls) VALUES ($1, date_trunc('month', now(), 'UTC'), 500000000000, 500000000000, 400000000)", [large.tenantId]);
    say("vacuum and analyze, as autovacuum does in time");
    for (const table of ["ledger", "usage_hourly", "usage_daily", "run", "tenant", "api_key", "agent"]) await client.query(`VACUUM (ANALYZE) ${table}`);
  } finally {
    client.release();
  }
  return large;
}

/** How many rows each large table has, of the tenant and of all. */
export async function countRows(tenantId: string): Promise<{ table: string; own: number; all: number }[]> {
  const counts = [];
  for (const table of ["ledger", "usage_hourly", "usage_daily", "run"]) {
    const { rows } = await owner().query<{ own: number; all: number }>(`SELECT count(*) FILTER (WHERE tenant_id = $1) AS own, count(*) AS all FROM ${table}`, [tenantId]);
    counts.push({ table, own: rows[0]?.own ?? 0, all: rows[0]?.all ?? 0 });
  }
  return counts;
}

async function makeAgentsAndKeys(client: pg.PoolClient, { tenantId, userId }: Workspace): Promise<void> {
  const agents = Array.from({ length: SIZE.agents }, () => newId("agt"));
  const keys = Array.from({ length: SIZE.keys }, () => newId("key"));
  await client.query(`INSERT INTO agent (id, tenant_id, slug, name, created_by)
    SELECT id, $2, 'agent-' || n, 'Agent ' || n, $3 FROM unnest($1::text[]) WITH ORDINALITY AS a (id, n)`, [agents, tenantId, userId]);
  await client.query(`INSERT INTO agent_version (tenant_id, agent_id, version, config, created_by)
    SELECT $2, id, 1, '{"model": "stint-extract-1", "instructions": "Summarise."}', $3 FROM unnest($1::text[]) AS a (id)`, [agents, tenantId, userId]);
  await client.query(`INSERT INTO api_key (id, tenant_id, name, hash, prefix, scopes, created_by)
    SELECT id, $2, 'Key ' || n, sha256(id::bytea), 'stint_bench', ARRAY['usage:read'], $3 FROM unnest($1::text[]) WITH ORDINALITY AS k (id, n)`, [keys, tenantId, userId]);
  // A key belongs to a program, which calls three agents: its own two and one that several share. The first is called every hour, the last in one of ten.
  await client.query(`CREATE TEMP TABLE pair AS
    SELECT row_number() OVER (ORDER BY p.n, k.n)::int AS n, a.id AS agent_id, k.id AS api_key_id, least(1, 3.0 / row_number() OVER (ORDER BY p.n, k.n)) AS share
    FROM unnest($2::text[]) WITH ORDINALITY AS k (id, n) CROSS JOIN (VALUES (0), (1), (2)) AS p (n)
    JOIN unnest($1::text[]) WITH ORDINALITY AS a (id, n) ON a.n = CASE p.n WHEN 2 THEN 1 + (k.n * 7) % 20 ELSE 2 * k.n - p.n END`, [agents, keys]);
}

async function makeSmallTenants(client: pg.PoolClient, planId: string): Promise<void> {
  await client.query("CREATE TEMP TABLE small AS SELECT 'ten_small' || lpad(n::text, 17, '0') AS id, n FROM generate_series(1, $1::int) n", [SIZE.smallTenants]);
  await client.query("INSERT INTO tenant (id, slug, name, plan_id) SELECT id, 'small-' || n, 'Small ' || n, $1 FROM small", [planId]);
}

const METERS = "(VALUES ('agent_ms', 40000), ('model_micros', 9000), ('input_tokens', 30000), ('output_tokens', 5000)) AS m (meter, most)";

/** Hour by hour for two years (a chance that names the hour is drawn for each hour anew), rows of all tenants in the order of time as the projection writes them; days are sums of the hours. */
async function fillRollups(client: pg.PoolClient, tenantId: string): Promise<void> {
  const hours = (days: number) => `generate_series(date_trunc('hour', now(), 'UTC') - interval '${days} days', date_trunc('hour', now(), 'UTC'), interval '1 hour')`;
  await client.query(`INSERT INTO usage_hourly (tenant_id, hour, meter, agent_id, api_key_id, quantity)
    SELECT * FROM (
      SELECT $1::text AS tenant_id, c.hour, m.meter, c.agent_id, c.api_key_id, 1 + (random() * m.most)::bigint
      FROM (SELECT h.hour, p.agent_id, p.api_key_id FROM ${hours(SIZE.rollupDays)} AS h (hour), pair p WHERE random() + 0 * extract(epoch FROM h.hour) < p.share) c, ${METERS}
      UNION ALL
      SELECT $1, h.hour, 'api_calls', '', k.api_key_id, 1 + (random() * 5000)::bigint FROM ${hours(SIZE.rollupDays)} AS h (hour), (SELECT DISTINCT api_key_id FROM pair) k
      UNION ALL
      SELECT s.id, h.hour, m.meter, 'agt_' || s.id, 'key_' || s.id, 1 + (random() * m.most)::bigint
      FROM small s, ${hours(SIZE.smallTenantDays)} AS h (hour), ${METERS} WHERE random() + 0 * extract(epoch FROM h.hour) + 0 * s.n < 0.1
    ) r ORDER BY r.hour`, [tenantId]);
  await client.query(`INSERT INTO usage_daily (tenant_id, day, meter, agent_id, api_key_id, billed, quantity)
    SELECT tenant_id, (hour AT TIME ZONE 'UTC')::date, meter, agent_id, api_key_id, billed, sum(quantity) FROM usage_hourly GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2`);
}

/** Rows of three months, a month a partition. Each is filled first and attached after, which builds its indexes at once. */
async function fillLedger(client: pg.PoolClient, tenantId: string): Promise<void> {
  await client.query("ALTER TABLE ledger DETACH PARTITION ledger_before; DROP TABLE ledger_before");
  const { rows: months } = await client.query<{ name: string; starts: string; ends: string; share: number }>(`
    SELECT 'ledger_' || to_char(m, 'YYYY_MM') AS name, m::text || '+00' AS starts, (m + interval '1 month')::text || '+00' AS ends,
           extract(epoch FROM least(m + interval '1 month', now() AT TIME ZONE 'UTC') - m) / extract(epoch FROM (now() AT TIME ZONE 'UTC') - (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '2 months')) AS share
    FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC') - interval '2 months', date_trunc('month', now() AT TIME ZONE 'UTC'), interval '1 month') m ORDER BY m`);
  for (const { name, starts, ends, share } of months) {
    const count = Math.round(SIZE.ledgerRows * share);
    await client.query(`CREATE TABLE ${name} (LIKE ledger INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
    await client.query(`INSERT INTO ${name} (tenant_id, period_start, meter, quantity, api_key_id, agent_id, run_id, occurred_at)
      SELECT $1, $2::timestamptz, (ARRAY['agent_ms', 'model_micros', 'input_tokens', 'output_tokens', 'api_calls'])[1 + i % 5], 1 + i % 977,
             p.api_key_id, p.agent_id, 'run_' || lpad((i / 50)::text, 22, '0'), $2::timestamptz + (least($3::timestamptz, now()) - $2::timestamptz) * (i::float8 / $4)
      FROM generate_series(0, $4::int - 1) i JOIN pair p ON p.n = 1 + i % 30`, [tenantId, starts, ends, count]);
    await client.query(`ALTER TABLE ledger ATTACH PARTITION ${name} FOR VALUES FROM ('${starts}') TO ('${ends}')`);
    await client.query("SELECT wall_in($1::regclass)", [name]);
  }
  await client.query("UPDATE projection SET watermark = pg_current_xact_id() WHERE name = 'usage_hourly'");
}

async function fillRuns(client: pg.PoolClient, { tenantId, userId }: Workspace): Promise<void> {
  await client.query(`INSERT INTO run (id, tenant_id, agent_id, api_key_id, user_id, status, input, output, metadata, model, agent_version, max_ms, executed_ms, created_at, started_at, finished_at)
    SELECT 'run_' || lpad(i::text, 22, '0'), $1, p.agent_id, p.api_key_id, $2, 'succeeded', 'One sentence stands here.', 'One sentence.', '{}', 'stint-extract-1', 1, 600000, 1 + i % 60000,
           now() - interval '90 days' * (1 - i::float8 / $3), now(), now()
    FROM generate_series(1, $3::int) i JOIN pair p ON p.n = 1 + i % 30`, [tenantId, userId, SIZE.runs]);
}
