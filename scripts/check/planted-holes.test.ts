/** The sources hold no hole in the wall between tenants, and every kind of hole that is looked for is found when it is planted. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { listActions } from "@/lib/http/action";
import { PROJECT_FOLDER } from "../start/home";
import { findUnguardedActions, listActionExports } from "./server-actions";
import { readProgram, type SourceProgram } from "./source-program";
import { findCallsWithoutTenant, listTenantModels } from "./tenant-calls";

const TX = 'import { db, type Tx } from "@/lib/platform/db";\nimport type { Prisma } from "@/prisma/generated/client";\n';
const WITHOUT_TENANT: Record<string, string> = {
  "lib/planted/find.ts": `${TX}export const f = (tx: Tx, id: string) => tx.agent.findFirst({ where: { id } });`,
  "lib/planted/find-all.ts": `${TX}export const f = (tx: Tx) => tx.run.findMany();`,
  "lib/planted/optional.ts": `${TX}export const f = (tx: Tx, where: Prisma.RunWhereInput) => tx.run.findMany({ where });`,
  "lib/planted/maybe.ts": `${TX}export const f = (tx: Tx, tenantId: string | undefined) => tx.run.count({ where: { tenantId } });`,
  "lib/planted/sometimes.ts": `${TX}export const f = (tx: Tx, tenantId: string, all: boolean) => tx.apiKey.updateMany({ where: { ...(all ? {} : { tenantId }) }, data: { name: "x" } });`,
  "lib/planted/delete.ts": `${TX}export const f = (tx: Tx, userId: string) => tx.member.deleteMany({ where: { userId } });`,
  "lib/planted/create.ts": `${TX}export const f = (tx: Tx, data: Prisma.AgentUpdateInput) => tx.agent.createMany({ data: data as never });`,
  "lib/planted/raw.ts": `${TX}export const f = (tx: Tx, id: string) => tx.$queryRaw\`SELECT * FROM run WHERE id = \${id}\`;`,
  "lib/planted/unsafe.ts": `${TX}export const f = (tx: Tx) => tx.$executeRawUnsafe("DELETE FROM run");`,
  "lib/planted/no-transaction.ts": `${TX}export const f = (tenantId: string) => db().agent.count({ where: { tenantId } });`,
};
const DOOR = '"use server";\nimport { z } from "zod";\nimport { defineAction } from "@/lib/http/action";\nconst made = defineAction({ name: "planted", access: { kind: "public" }, input: z.object({}) }, async () => ({}));\n';
const UNGUARDED: Record<string, string> = {
  "app/planted/bare.ts": '"use server";\nexport async function wipe(id: string) { return id; }',
  "app/planted/function.ts": `${DOOR}export async function wipe(form: FormData) { console.log(form); await made({ status: "idle" }, form); }`,
  "app/planted/constant.ts": `${DOOR}export const wipe = async (id: string) => id;`,
  "app/planted/reference.ts": `${DOOR}const wipe = async (id: string) => id;\nexport { wipe };`,
  "app/planted/default.ts": `${DOOR}export default async (id: string) => id;`,
  "app/planted/impostor.ts": '"use server";\nconst defineAction = (work: () => Promise<void>) => work;\nexport const wipe = defineAction(async () => undefined);',
  "app/planted/inline.tsx": 'export function Button() { async function wipe() { "use server"; } return <form action={wipe} />; }',
};
/** Neighbours that do as they should. */
const FINE: Record<string, string> = {
  "lib/planted/fine.ts": `${TX}export const f = (tx: Tx, row: { tenantId: string; id: string }) => tx.agent.findFirst({ where: { ...row, archivedAt: null } });
    export const g = (tx: Tx, id: { tenantId: string; userId: string }) => tx.member.findUnique({ where: { tenantId_userId: id } });
    export const h = (tx: Tx, data: Prisma.RunUncheckedCreateInput) => tx.run.create({ data });`,
  "app/planted/fine.ts": `${DOOR}export async function press(form: FormData) { await made({ status: "idle" }, form); }\nexport const other = defineAction({ name: "other", access: { kind: "public" }, input: z.object({}) }, async () => ({}));`,
};

const pathsOf = (faults: string[]): string[] => [...new Set(faults.map((fault) => fault.split(/[: ]/)[0] ?? ""))].sort();
let program: SourceProgram;

beforeAll(() => {
  program = readProgram({ ...WITHOUT_TENANT, ...UNGUARDED, ...FINE });
}, 120_000);

describe("database calls", () => {
  test("the models with a tenant are read from the schema", () =>
    expect(listTenantModels().map(({ table }) => table)).toEqual(expect.arrayContaining(["agent", "api_key", "audit_log", "idempotency_key", "member", "run", "step"])));

  test("every call names the tenant, and every planted one that does not is reported", () =>
    expect(pathsOf(findCallsWithoutTenant(program, listTenantModels()))).toEqual(Object.keys(WITHOUT_TENANT).sort()));
});

describe("server actions", () => {
  test("every one is made by defineAction, and every planted one that is not is reported", () =>
    expect(pathsOf(findUnguardedActions(program))).toEqual(Object.keys(UNGUARDED).sort()));

  test("each export of each file is one action of the registry, with a name of its own", async () => {
    const exports = listActionExports(program).filter(({ path }) => !path.startsWith("app/planted/"));
    for (const path of new Set(exports.map((one) => one.path))) await import(join(PROJECT_FOLDER, path));
    expect(exports.length).toBeGreaterThan(0);
    expect(new Set(listActions().map(({ name }) => name)).size).toBe(exports.length);
    expect(listActions()).toHaveLength(exports.length);
    // Who has no seat may make room by paying, with the role for it, and do nothing else.
    expect(listActions().filter(({ withoutSeat }) => withoutSeat).map(({ name, permission }) => `${name} ${permission}`).sort()).toEqual(
      ["end_trial", "leave_pending_change", "open_checkout", "open_portal", "preview_upgrade", "upgrade"].map((name) => `${name} billing:write`));
  });
});
