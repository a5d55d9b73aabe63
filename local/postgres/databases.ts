/** Roles and database inside the embedded server, arranged like on a managed one: the owner is not a superuser. */
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { SUPERUSER } from "./server";

export type DatabaseAccess = {
  port: number;
  database: string;
  superuserPassword: string;
  /** Owns the schema, may create roles; migrations sign in as it. */
  owner: { name: string; password: string };
  /** The application's role. Only its password is set, and only once migrations have made it. */
  application?: { name: string; password: string };
};

/** Creates what is missing and sets the passwords to the ones given. Safe to repeat. */
export async function ensureDatabase(access: DatabaseAccess): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(access.port, SUPERUSER, access.superuserPassword, "postgres") });
  await client.connect();
  try {
    const { name, password } = access.owner;
    const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [name]);
    await client.query(
      `${role.rowCount ? "ALTER" : "CREATE"} ROLE ${escapeIdentifier(name)} LOGIN NOSUPERUSER CREATEROLE NOBYPASSRLS PASSWORD ${escapeLiteral(password)}`,
    );
    if (access.application) {
      const known = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [access.application.name]);
      if (known.rowCount) await client.query(`ALTER ROLE ${escapeIdentifier(access.application.name)} PASSWORD ${escapeLiteral(access.application.password)}`);
    }
    const database = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [access.database]);
    if (!database.rowCount) {
      await client.query(`CREATE DATABASE ${escapeIdentifier(access.database)} OWNER ${escapeIdentifier(name)}`);
      await client.query(`REVOKE ALL ON DATABASE ${escapeIdentifier(access.database)} FROM PUBLIC`);
    }
  } finally {
    await client.end();
  }
}

/** Connection string for a role on the embedded server. */
export function databaseUrl(port: number, role: string, password: string, database: string): string {
  return `postgresql://${encodeURIComponent(role)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** True when PostgreSQL refused the password, as after the loss of the secrets' file. */
export function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "28P01";
}
