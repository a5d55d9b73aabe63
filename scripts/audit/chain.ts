/** Recomputes the audit log's hash chains from what the tables hold, sharing no code with the database function that wrote them. */
import { createHash } from "node:crypto";
import type { ClientBase } from "pg";

export type Fault = { tenantId: string; kind: "changed" | "removed" | "inserted" | "chain broken" | "chain cut"; auditId: string | null; seq: number };
export type Verdict = { rows: number; heads: { tenantId: string; seals: number; hash: string }[]; faults: Fault[] };

type Link = {
  seq: string; audit_id: string; previous_hash: Buffer; hash: Buffer; created_ms: string | null;
  id: string | null; tenant_id: string | null; actor_type: string | null; actor_id: string | null; action: string | null; target_type: string | null; target_id: string | null;
  before: string | null; after: string | null; ip: string | null; request_id: string | null;
};

const PAGE = 2_000;
/** Entries are sealed in the order in which they were recorded, but for transactions that were open at the same time. */
const OVERLAP_MS = 10 * 60_000;

/** Checks every tenant's chain at one moment and names the first fault of each. */
export async function verifyAudit(client: ClientBase): Promise<Verdict> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    // The owner of the tables is held by row-level security like everybody; this role sees every tenant.
    await client.query("SET LOCAL ROLE stint_system");
    const tenants = await client.query<{ tenant_id: string; seals: string | null; hash: Buffer | null }>(
      `SELECT t.tenant_id, c.seals::text, c.hash
       FROM (SELECT tenant_id FROM audit_chain UNION SELECT tenant_id FROM audit_seal UNION SELECT tenant_id FROM audit_log) t
       LEFT JOIN audit_chain c USING (tenant_id) ORDER BY 1`,
    );
    const verdict: Verdict = { rows: 0, heads: [], faults: [] };
    for (const { tenant_id: tenantId, seals, hash } of tenants.rows) {
      const head = { seals: Number(seals ?? 0), hash: hash ?? Buffer.alloc(0) };
      const { count, fault } = await verifyTenant(client, tenantId, head);
      verdict.rows += count;
      verdict.heads.push({ tenantId, seals: head.seals, hash: head.hash.toString("hex") });
      if (fault) verdict.faults.push(fault);
    }
    return verdict;
  } finally {
    await client.query("ROLLBACK");
  }
}

async function verifyTenant(client: ClientBase, tenantId: string, head: { seals: number; hash: Buffer }): Promise<{ count: number; fault: Fault | null }> {
  let previous = Buffer.alloc(0);
  let seq = 0;
  let newestMs = 0;
  for (;;) {
    const links = await readLinks(client, tenantId, seq);
    for (const link of links) {
      const at = { tenantId, auditId: link.audit_id, seq: seq + 1 };
      if (Number(link.seq) !== seq + 1 || !link.previous_hash.equals(previous)) return { count: seq, fault: { ...at, kind: "chain broken" } };
      if (link.id === null) return { count: seq, fault: { ...at, kind: "removed" } };
      if (!createHash("sha256").update(previous).update(textOf(link)).digest().equals(link.hash)) return { count: seq, fault: { ...at, kind: "changed" } };
      const createdMs = Number(link.created_ms);
      if (createdMs < newestMs - OVERLAP_MS) return { count: seq, fault: { ...at, kind: "inserted" } };
      newestMs = Math.max(newestMs, createdMs);
      previous = Buffer.from(link.hash);
      seq += 1;
    }
    if (links.length < PAGE) break;
  }
  if (seq !== head.seals || !previous.equals(head.hash)) return { count: seq, fault: { tenantId, kind: "chain cut", auditId: null, seq: seq + 1 } };
  const stranger = await client.query<{ id: string }>(
    `SELECT a.id FROM audit_log a
     WHERE a.tenant_id = $1 AND a.xid < (SELECT p.watermark FROM projection p WHERE p.name = 'audit_seal')
       AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.tenant_id = a.tenant_id AND s.audit_id = a.id)
     ORDER BY a.id LIMIT 1`,
    [tenantId],
  );
  const id = stranger.rows[0]?.id;
  return { count: seq, fault: id === undefined ? null : { tenantId, kind: "inserted", auditId: id, seq: seq + 1 } };
}

async function readLinks(client: ClientBase, tenantId: string, after: number): Promise<Link[]> {
  const { rows } = await client.query<Link>(
    `SELECT s.seq::text, s.audit_id, s.previous_hash, s.hash, floor(extract(epoch FROM a.created_at) * 1000)::bigint::text AS created_ms,
            a.id, a.tenant_id, a.actor_type, a.actor_id, a.action, a.target_type, a.target_id, a.before::text AS before, a.after::text AS after, a.ip, a.request_id
     FROM audit_seal s LEFT JOIN audit_log a ON a.tenant_id = s.tenant_id AND a.id = s.audit_id
     WHERE s.tenant_id = $1 AND s.seq > $2 ORDER BY s.seq LIMIT ${PAGE}`,
    [tenantId, after],
  );
  return rows;
}

/** The same text as the SQL function `audit_text`: each field with its length in bytes before it, `-` for none. */
function textOf(link: Link): string {
  const fields = [
    link.id, link.tenant_id, link.actor_type, link.actor_id, link.action, link.target_type, link.target_id, link.before, link.after, link.ip, link.request_id, link.created_ms,
  ];
  return fields.map((field) => (field === null ? "-" : `${Buffer.byteLength(field)}:${field}`)).join(",");
}
