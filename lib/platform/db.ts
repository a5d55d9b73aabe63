import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient, type Prisma } from "@/prisma/generated/client";
import { AppError } from "@/lib/core/errors";
import { env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { metrics } from "@/lib/platform/metrics";
import { processSingleton } from "@/lib/platform/process-singleton";

/** What a repository gets: Prisma inside a transaction that belongs to one tenant. */
export type Tx = Prisma.TransactionClient;

// bigint columns hold milliseconds, micro-dollars and counts, all far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

function pool(): pg.Pool {
  return processSingleton("pool", () => {
    const created = new pg.Pool({
      connectionString: env().DATABASE_URL,
      max: env().DATABASE_POOL_SIZE,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      // Nothing the product asks takes this long; a statement that does is a fault and must not hold a lock forever.
      statement_timeout: 30_000,
      application_name: "stint",
    });
    created.on("error", (error) => log().error({ err: error }, "idle database connection failed"));
    return created;
  });
}

/** Prisma without a tenant: sees users, plans and mail tokens, and no row of any tenant. */
export function db(): PrismaClient {
  return processSingleton("prisma", () => new PrismaClient({ adapter: new PrismaPg(pool()) }));
}

/**
 * Runs `work` in a transaction in which only rows of this tenant exist. The setting ends with the transaction, so a
 * reused connection never carries it along. No network call may be made inside.
 * @throws AppError `unavailable` when the database is away
 */
export async function withTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return guard(() =>
    db().$transaction(async (tx) => {
      await tx.$queryRaw`SELECT set_config('stint.tenant_id', ${tenantId}, true)`;
      return work(tx);
    }),
  );
}

/** Runs `work` in a transaction without a tenant, for users and mail tokens. */
export async function withoutTenant<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return guard(() => db().$transaction(work));
}

/**
 * Calls one of the named SQL functions in one round trip, as a prepared statement.
 * @param name of the prepared statement; one text a name
 */
export async function callFunction<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
  metrics().dbRoundTrips.inc({ statement: name });
  const result = await guard(() => pool().query<Row>({ name, text, values }));
  return result.rows;
}

/**
 * Calls one of the named SQL functions that may take longer than anything a request waits for, or may not wait for a
 * lock as long as others do. For upkeep.
 */
export async function callUpkeep<Row extends pg.QueryResultRow>(text: string, values: unknown[], limits: { timeoutMs: number; lockTimeoutMs?: number }): Promise<Row[]> {
  return guard(async () => {
    const client = await pool().connect();
    try {
      await client.query("BEGIN");
      await client.query("SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)", [String(limits.timeoutMs), String(limits.lockTimeoutMs ?? 0)]);
      const { rows } = await client.query<Row>(text, values);
      await client.query("COMMIT");
      return rows;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  });
}

/** Milliseconds that the database took to answer. @throws when it does not */
export async function pingDb(): Promise<number> {
  const began = performance.now();
  await pool().query("SELECT 1");
  return performance.now() - began;
}

/** Closes every connection; for shutdown and tests. */
export async function closeDb(): Promise<void> {
  await db().$disconnect();
  await pool().end();
}

const AWAY = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EPIPE", "57P01", "57P02", "57P03", "53300", "08006", "08001", "P1001", "P1002", "P1017", "P2024", "P2028"]);

async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAway(error)) throw new AppError("unavailable", "The database does not answer in time at the moment. Nothing was changed.", { retryAfterS: 2, cause: error });
    throw error;
  }
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "string" && AWAY.has(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Can't reach database server/.test(error.message);
}
