/**
 * Finds database calls that do not say whose rows they mean. Row-level security would still answer with the rows of
 * the transaction's tenant alone; this keeps the wall from being the only thing that stands.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { PROJECT_FOLDER } from "../start/home";
import type { SourceProgram } from "./source-program";

const CREATES = new Set(["create", "createMany", "createManyAndReturn"]);
const READS_AND_CHANGES = new Set(["findUnique", "findUniqueOrThrow", "findFirst", "findFirstOrThrow", "findMany", "count", "aggregate", "groupBy", "update", "updateMany", "updateManyAndReturn", "delete", "deleteMany"]);
const UPSERTS = new Set(["upsert"]);

/** Runs the queue's own statements inside a transaction; they know nothing but the queue's schema. */
const MAY_RUN_ANY_SQL = "lib/platform/queue.ts";

export type TenantModel = { client: string; table: string };

/** The models with a tenant, as the schema has them: what the client calls them, and their tables. */
export function listTenantModels(): TenantModel[] {
  const folder = join(PROJECT_FOLDER, "prisma/schema");
  const schema = readdirSync(folder).filter((name) => name.endsWith(".prisma")).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const models: TenantModel[] = [];
  for (const [, name = "", body = ""] of schema.matchAll(/^model (\w+) \{([\s\S]*?)^\}/gm)) {
    if (!/^\s+tenantId\s/m.test(body)) continue;
    models.push({ client: name.charAt(0).toLowerCase() + name.slice(1), table: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name });
  }
  return models;
}

/** One line for each call that a reader cannot see the tenant of: `path:line what is wrong`. */
export function findCallsWithoutTenant({ checker, files }: SourceProgram, models: readonly TenantModel[]): string[] {
  const clients = new Set(models.map(({ client }) => client));
  const tables = new RegExp(`\\b(${models.map(({ table }) => table).join("|")})\\b`);
  const faults: string[] = [];
  for (const { path, source } of files) {
    const report = (node: ts.Node, fault: string): void => {
      faults.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1} ${fault}`);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) checkCall(node, clients, checker, report);
      if (ts.isTaggedTemplateExpression(node)) checkRaw(node, tables, source, report);
      if (ts.isPropertyAccessExpression(node) && /^\$(query|execute)RawUnsafe$/.test(node.name.text) && path !== MAY_RUN_ANY_SQL) report(node, `${node.name.text} is never used`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return faults;
}

type Report = (node: ts.Node, fault: string) => void;

function checkCall(call: ts.CallExpression, clients: ReadonlySet<string>, checker: ts.TypeChecker, report: Report): void {
  if (!ts.isPropertyAccessExpression(call.expression) || !ts.isPropertyAccessExpression(call.expression.expression)) return;
  const method = call.expression.name.text;
  const model = call.expression.expression;
  if (!clients.has(model.name.text) || !(CREATES.has(method) || READS_AND_CHANGES.has(method) || UPSERTS.has(method))) return;
  const name = `${model.name.text}.${method}`;
  if (ts.isCallExpression(model.expression)) report(call, `${name} outside of a tenant's transaction`);
  const [given] = call.arguments;
  const wanted = CREATES.has(method) ? ["data"] : UPSERTS.has(method) ? ["where", "create"] : ["where"];
  for (const part of wanted) {
    const value = given && ts.isObjectLiteralExpression(given) ? partOf(given, part) : undefined;
    const values = value && ts.isArrayLiteralExpression(value) ? [...value.elements] : [value];
    if (!values.every((one) => one !== undefined && namesTenant(checker.getTypeAtLocation(one), checker))) report(call, `${name} without the tenant in \`${part}\``);
  }
}

function partOf(literal: ts.ObjectLiteralExpression, part: string): ts.Expression | undefined {
  for (const property of literal.properties) {
    if (ts.isPropertyAssignment(property) && property.name.getText() === part) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property) && property.name.text === part) return property.name;
  }
  return undefined;
}

/** By its type the value always has a tenant, itself or inside a compound key that begins with one. */
function namesTenant(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isUnion()) return type.types.every((one) => namesTenant(one, checker));
  return type.getProperties().some((property) => {
    if (property.flags & ts.SymbolFlags.Optional) return false;
    const inner = checker.getTypeOfSymbol(property);
    if (property.name === "tenantId") return (inner.flags & (ts.TypeFlags.String | ts.TypeFlags.StringLiteral)) !== 0;
    return property.name.startsWith("tenantId_") && namesTenant(inner, checker);
  });
}

function checkRaw(node: ts.TaggedTemplateExpression, tables: RegExp, source: ts.SourceFile, report: Report): void {
  if (!/\$(query|execute)Raw$/.test(node.tag.getText(source))) return;
  const text = node.template.getText(source);
  const table = tables.exec(text)?.[1];
  if (table && !/\btenant_id = \$\{/.test(text)) report(node, `SQL on ${table} without a condition on tenant_id`);
}
