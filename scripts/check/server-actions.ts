/** Finds server actions that did not pass the door: everything a browser can call must be made by `defineAction`. */
import ts from "typescript";
import type { SourceProgram } from "./source-program";

export type ActionExport = { path: string; name: string };

/** Every export of every file that begins with "use server". */
export function listActionExports({ files }: SourceProgram): ActionExport[] {
  return files.filter(({ source }) => isServerFile(source)).flatMap(({ path, source }) =>
    source.statements.filter(isExported).flatMap((statement) => namesOf(statement).map((name) => ({ path, name }))));
}

/** One line for each way into the server that `defineAction` does not guard: `path what is wrong`. */
export function findUnguardedActions({ files }: SourceProgram): string[] {
  return files.flatMap(({ path, source }) => {
    const faults = isServerFile(source) ? checkServerFile(source) : [];
    const visit = (node: ts.Node): void => {
      if (ts.isBlock(node) && hasDirective(node.statements)) faults.push("has \"use server\" inside a function: actions live in files of their own");
      ts.forEachChild(node, visit);
    };
    visit(source);
    return faults.map((fault) => `${path} ${fault}`);
  });
}

function checkServerFile(source: ts.SourceFile): string[] {
  if (!importsDoor(source)) return ["does not import defineAction from lib/http/action"];
  const guarded = new Set(source.statements.filter(ts.isVariableStatement).flatMap((statement) =>
    statement.declarationList.declarations.filter((one) => isDefineAction(one.initializer)).map((one) => one.name.getText(source))));
  return source.statements.flatMap((statement): string[] => {
    if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) return ["exports something by reference"];
    if (!isExported(statement)) return [];
    if (ts.isFunctionDeclaration(statement)) return callsOnly(statement, guarded, source) ? [] : [`exports the function ${statement.name?.text ?? "default"}`];
    return namesOf(statement).filter((name) => !guarded.has(name)).map((name) => `exports ${name}, which defineAction did not make`);
  });
}

/** A function whose whole body is `await guarded(…)`: a form wants another signature, the door is the same. */
function callsOnly(declaration: ts.FunctionDeclaration, guarded: ReadonlySet<string>, source: ts.SourceFile): boolean {
  const [only, ...more] = declaration.body?.statements ?? [];
  if (!only || more.length > 0 || !ts.isExpressionStatement(only) || !ts.isAwaitExpression(only.expression)) return false;
  const call = only.expression.expression;
  return ts.isCallExpression(call) && guarded.has(call.expression.getText(source)) && !call.arguments.some((one) => /\(/.test(one.getText(source)));
}

function importsDoor(source: ts.SourceFile): boolean {
  return source.statements.some((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier) || statement.moduleSpecifier.text !== "@/lib/http/action") return false;
    const names = statement.importClause?.namedBindings;
    return names !== undefined && ts.isNamedImports(names) && names.elements.some((one) => one.name.text === "defineAction" && one.propertyName === undefined);
  });
}

function isDefineAction(initializer: ts.Expression | undefined): boolean {
  return initializer !== undefined && ts.isCallExpression(initializer) && ts.isIdentifier(initializer.expression) && initializer.expression.text === "defineAction";
}

function isServerFile(source: ts.SourceFile): boolean {
  return hasDirective(source.statements);
}

function hasDirective(statements: ts.NodeArray<ts.Statement>): boolean {
  for (const statement of statements) {
    if (!ts.isExpressionStatement(statement) || !ts.isStringLiteral(statement.expression)) return false;
    if (statement.expression.text === "use server") return true;
  }
  return false;
}

function isExported(statement: ts.Statement): boolean {
  // Types leave nothing behind for a browser to call.
  if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) return false;
  return ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some((one) => one.kind === ts.SyntaxKind.ExportKeyword);
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map((one) => one.name.getText());
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) return [statement.name?.text ?? "default"];
  return ["something"];
}
