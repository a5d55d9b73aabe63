/** Puts every secret at rest under the newest key of SECRETS_KEYS. */
import { escapeIdentifier, type ClientBase } from "pg";
import type { SecretsKeys } from "@/lib/core/secrets-keys";
import { rewrapSecret, VaultError } from "@/lib/platform/vault";

/**
 * Where sealed secrets stand. A column that is missing here stays under its old key. Rows of tenants are read and written as
 * the role that sees all tenants: the role that migrates may be held by row-level security, and would find none.
 */
export const SECRET_COLUMNS = [
  { table: "model_key", column: "secret", role: "stint_system" },
  { table: "tool", column: "secret_headers", role: "stint_system" },
  { table: "user_account", column: "totp_secret", role: null },
  { table: "webhook_endpoint", column: "previous_secret", role: "stint_system" },
  { table: "webhook_endpoint", column: "secret", role: "stint_system" },
] as const satisfies readonly { table: string; column: string; role: string | null }[];

export type Rotation = {
  moved: number;
  /** Secrets under each key afterwards, by the key's id. */
  under: Record<string, number>;
  /** Records that do not open, as `table.column row: why`. */
  faults: string[];
};

const BATCH = 500;

/**
 * Moves secrets in batches. Each is changed only while it is what was read, so a running application loses nothing, and
 * a rotation that is cut short is finished by the next one.
 */
export async function rotateSecrets(client: ClientBase, keys: SecretsKeys): Promise<Rotation> {
  const rotation: Rotation = { moved: 0, under: {}, faults: [] };
  for (const place of SECRET_COLUMNS) {
    if (place.role !== null) await client.query(`SET ROLE ${escapeIdentifier(place.role)}`);
    try {
      await rotateColumn(client, place, keys, rotation);
    } finally {
      if (place.role !== null) await client.query("RESET ROLE");
    }
  }
  return rotation;
}

type Place = (typeof SECRET_COLUMNS)[number];
type Row = { id: string; sealed: string };

async function rotateColumn(client: ClientBase, place: Place, keys: SecretsKeys, rotation: Rotation): Promise<void> {
  for (let after = ""; ; ) {
    const rows = await readBatch(client, place, after);
    for (const row of rows) await rotateOne(client, place, row, keys, rotation);
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
  }
}

async function readBatch(client: ClientBase, { table, column }: Place, after: string): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `SELECT id, ${escapeIdentifier(column)} AS sealed FROM ${escapeIdentifier(table)} WHERE ${escapeIdentifier(column)} IS NOT NULL AND id > $1 ORDER BY id LIMIT ${BATCH}`, [after]);
  return rows;
}

async function rotateOne(client: ClientBase, { table, column }: Place, { id, sealed }: Row, keys: SecretsKeys, rotation: Rotation): Promise<void> {
  try {
    const moved = rewrapSecret(sealed, keys);
    if (moved !== null) {
      const { rowCount } = await client.query(`UPDATE ${escapeIdentifier(table)} SET ${escapeIdentifier(column)} = $3 WHERE id = $1 AND ${escapeIdentifier(column)} = $2`, [id, sealed, moved]);
      rotation.moved += rowCount ?? 0;
    }
    const keyId = (moved ?? sealed).split(".")[1] ?? "";
    rotation.under[keyId] = (rotation.under[keyId] ?? 0) + 1;
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    rotation.faults.push(`${table}.${column} ${id}: ${error.message}`);
  }
}
