/** The embedded PostgreSQL through what happens to it on real machines. Each test has a folder and a server of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findFreePort } from "@/scripts/start/ports";
import { openHome, PROJECT_FOLDER } from "@/scripts/start/home";
import { makeTestHome, removeTestHome } from "@/scripts/test/stack";
import { databaseUrl, ensureDatabase, isWrongPassword } from "./databases";
import { resetSuperuserPassword, startPostgres, type PostgresOptions, type PostgresServer } from "./server";

let home = "";
let options: PostgresOptions;
let servers: PostgresServer[] = [];
let children: ChildProcess[] = [];

beforeEach(async () => {
  home = makeTestHome();
  openHome(home);
  options = { home, port: await findFreePort(), superuserPassword: "first-password", log: new PassThrough().resume() };
});

afterEach(async () => {
  for (const server of servers) await server.stop();
  for (const child of children) child.kill("SIGKILL");
  servers = [];
  children = [];
  removeTestHome(home);
});

async function start(changes: Partial<PostgresOptions> = {}): Promise<PostgresServer> {
  const server = await startPostgres({ ...options, ...changes });
  servers.push(server);
  return server;
}

const access = (superuserPassword: string) => ({ port: options.port, database: "stint", superuserPassword, owner: { name: "stint_owner", password: "owner-password" } });

async function queryAsOwner(text: string): Promise<unknown> {
  const client = new Client({ connectionString: databaseUrl(options.port, "stint_owner", "owner-password", "stint") });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows[0];
  } finally {
    await client.end();
  }
}

test("is made once, keeps its data, listens on loopback only, and writes to the disk", async () => {
  const first = await start();
  expect(first.created).toBe(true);
  await ensureDatabase(access("first-password"));
  await queryAsOwner("CREATE TABLE kept AS SELECT 42 AS answer");
  await first.stop();
  const second = await start();
  expect(second.created).toBe(false);
  expect(second.databaseId).toBe(first.databaseId);
  expect(await queryAsOwner("SELECT answer FROM kept")).toEqual({ answer: 42 });
  expect(await queryAsOwner("SELECT current_setting('listen_addresses') AS listen, current_setting('fsync') AS fsync, current_setting('password_encryption') AS passwords")).toEqual({
    listen: "127.0.0.1", fsync: "on", passwords: "scram-sha-256",
  });
  expect(await queryAsOwner("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")).toEqual({ rolsuper: false, rolbypassrls: false });
});

test("an interrupted initdb is thrown away and done again", async () => {
  const half = join(home, "postgres", "data.new-123");
  mkdirSync(join(half, "base"), { recursive: true });
  mkdirSync(join(home, "postgres", "data", "global"), { recursive: true });
  writeFileSync(join(home, "postgres", "data", "PG_VERSION"), "18\n");
  expect((await start()).created).toBe(true);
  expect(readdirSync(join(home, "postgres"))).toEqual(["data"]);
});

test("a folder with somebody's files is left alone", async () => {
  const data = join(home, "postgres", "data");
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "thesis.txt"), "years of work");
  await expect(start()).rejects.toThrow(/holds files that Stint did not make/);
  expect(readdirSync(data)).toEqual(["thesis.txt"]);
});

test("a damaged database is refused, not made anew over it", async () => {
  await (await start()).stop();
  rmSync(join(home, "postgres", "data", "global", "pg_control"));
  await expect(start()).rejects.toThrow(/is damaged/);
  expect(existsSync(join(home, "postgres", "data", "base"))).toBe(true);
});

test("a server that outlived its killed starter is ended, and its committed rows are there", async () => {
  const code =
    `import { startPostgres } from "./local/postgres/server"; import { ensureDatabase } from "./local/postgres/databases";` +
    `await startPostgres({ ...${JSON.stringify({ ...options, log: undefined })}, log: process.stderr });` +
    `await ensureDatabase(${JSON.stringify(access("first-password"))}); console.log("up");`;
  const starter = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code], { cwd: PROJECT_FOLDER, stdio: ["ignore", "pipe", "ignore"] });
  children.push(starter);
  await new Promise((resolve) => starter.stdout.once("data", resolve));
  await queryAsOwner("CREATE TABLE kept AS SELECT 7 AS answer");
  starter.kill("SIGKILL");
  await start();
  expect(await queryAsOwner("SELECT answer FROM kept")).toEqual({ answer: 7 });
});

test("after kill -9 of the server itself the next start recovers", async () => {
  const first = await start();
  await ensureDatabase(access("first-password"));
  await queryAsOwner("CREATE TABLE kept AS SELECT 9 AS answer");
  process.kill(first.pid, "SIGKILL");
  await first.exited;
  await start();
  expect(await queryAsOwner("SELECT answer FROM kept")).toEqual({ answer: 9 });
});

test("a lost password is set anew", async () => {
  const first = await start();
  await first.stop();
  const second = await start({ superuserPassword: "second-password" });
  const refusal = await ensureDatabase(access("second-password")).catch((error: unknown) => error);
  expect(isWrongPassword(refusal)).toBe(true);
  await second.stop();
  await resetSuperuserPassword({ ...options, superuserPassword: "second-password" });
  await start({ superuserPassword: "second-password" });
  await ensureDatabase(access("second-password"));
});
