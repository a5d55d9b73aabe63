/**
 * Roles belong to a PostgreSQL server and not to one database, so they are made here and not by a migration.
 * Everything works for an owner that is not a superuser (a managed PostgreSQL), as long as it has CREATEROLE.
 */
import { setTimeout as delay } from "node:timers/promises";
import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import { errorCode, Problem } from "../problem";

/** What the web and worker processes are. Sees one tenant at a time. */
export const APP_ROLE = "stint_app";
/** Owns the functions that look across tenants. Nobody signs in as it. */
export const SYSTEM_ROLE = "stint_system";

/**
 * Makes the group roles, and the application's login role with its password when it is new. Safe to repeat and to
 * run twice at once. Throws Problem when the application's role could pass row-level security.
 */
export async function ensureRoles(owner: Client, application: { role: string; password: string }): Promise<void> {
  for (const role of [APP_ROLE, SYSTEM_ROLE]) {
    await ensureRole(owner, role, "NOLOGIN");
  }
  // Functions can be given to a role only by a member of it that may also become it.
  await repeatable(owner, `GRANT ${SYSTEM_ROLE} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`);
  const database = await owner.query<{ name: string }>("SELECT current_database() AS name");
  await repeatable(owner, `GRANT CONNECT ON DATABASE ${escapeIdentifier(database.rows[0]?.name ?? "")} TO ${APP_ROLE}, ${SYSTEM_ROLE}`);
  await ensureLogin(owner, application);
}

async function ensureLogin(owner: Client, { role, password }: { role: string; password: string }): Promise<void> {
  const current = await owner.query<{ name: string }>("SELECT current_user AS name");
  if (current.rows[0]?.name === role) {
    throw new Problem(`DATABASE_URL and DATABASE_MIGRATE_URL both sign in as '${role}': the application needs a role of its own, since an owner is not held by row-level security. Give DATABASE_URL another name; it is created for you.`);
  }
  await ensureRole(owner, role, `LOGIN PASSWORD ${escapeLiteral(password)}`);
  await requireHarmless(owner, role);
  const member = await owner.query<{ member: boolean }>("SELECT pg_has_role($1, $2, 'USAGE') AS member", [role, APP_ROLE]);
  if (!member.rows[0]?.member) await repeatable(owner, `GRANT ${APP_ROLE} TO ${escapeIdentifier(role)}`);
}

async function requireHarmless(owner: Client, role: string): Promise<void> {
  const found = await owner.query<{ superuser: boolean; bypass: boolean; owned: string; is_owner: boolean; is_system: boolean }>(
    `SELECT r.rolsuper AS superuser, r.rolbypassrls AS bypass,
            (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p')) AS owned,
            NOT r.rolsuper AND pg_has_role(r.oid, current_user, 'MEMBER') AS is_owner,
            NOT r.rolsuper AND pg_has_role(r.oid, '${SYSTEM_ROLE}', 'MEMBER') AS is_system
     FROM pg_roles r WHERE r.rolname = $1`,
    [role],
  );
  const facts = found.rows[0];
  if (!facts) throw new Problem(`The role '${role}' of DATABASE_URL vanished while it was being set up: run npm run migrate again.`);
  const fault = facts.superuser
    ? "is a superuser"
    : facts.bypass
      ? "has BYPASSRLS"
      : Number(facts.owned) > 0
        ? `owns ${facts.owned} table(s)`
        : facts.is_owner
          ? "is a member of the role that owns the tables"
          : facts.is_system
            ? `is a member of ${SYSTEM_ROLE}`
            : null;
  if (fault) {
    throw new Problem(`The role '${role}' of DATABASE_URL ${fault}, so row-level security would not hold it: use a role without that; a name that does not exist yet is created for you.`);
  }
}

async function ensureRole(owner: Client, role: string, attributes: string): Promise<void> {
  const known = await owner.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
  if (known.rowCount) return;
  try {
    await owner.query(`CREATE ROLE ${escapeIdentifier(role)} ${attributes}`);
  } catch (error) {
    const code = errorCode(error);
    // Made by another process at the same moment.
    if (code === "42710" || code === "23505") return;
    if (code === "42501") {
      throw new Problem(`DATABASE_MIGRATE_URL's role may not create the role '${role}': grant it CREATEROLE, or create '${role}' yourself.`, { cause: error });
    }
    throw error;
  }
}

/** Two processes granting the same thing at the same moment make one fail with "tuple concurrently updated" (XX000). */
async function repeatable(owner: Client, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await owner.query(statement);
      return;
    } catch (error) {
      const code = errorCode(error);
      if (attempt >= 20 || (code !== "XX000" && code !== "23505" && code !== "40001")) throw error;
      await delay(25 * attempt);
    }
  }
}
