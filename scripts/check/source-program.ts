/** The product's sources as the compiler sees them, with files that a test plants beside them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { PROJECT_FOLDER } from "../start/home";

export type SourceProgram = {
  checker: ts.TypeChecker;
  /** Every source file of app/, components/ and lib/ that is not a test, planted ones included, by its path in the project. */
  files: { path: string; source: ts.SourceFile }[];
};

/** @param planted text by path in the project, of files that do not exist or are to be replaced */
export function readProgram(planted: Record<string, string> = {}): SourceProgram {
  const virtual = new Map(Object.entries(planted).map(([path, text]) => [join(PROJECT_FOLDER, path), text]));
  const config = ts.parseJsonConfigFileContent(ts.readConfigFile(join(PROJECT_FOLDER, "tsconfig.json"), (path) => readFileSync(path, "utf8")).config, ts.sys, PROJECT_FOLDER);
  const options: ts.CompilerOptions = { ...config.options, incremental: false };
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (path) => virtual.has(path) || disk.fileExists(path);
  host.readFile = (path) => virtual.get(path) ?? disk.readFile(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = virtual.get(path);
    return text === undefined ? disk.getSourceFile(path, language, ...rest) : ts.createSourceFile(path, text, language, true);
  };
  const roots = new Set([...listSources(), ...virtual.keys()]);
  const program = ts.createProgram([...roots], options, host);
  const files = program.getSourceFiles().filter((source) => roots.has(source.fileName)).map((source) => ({ path: source.fileName.slice(PROJECT_FOLDER.length + 1), source }));
  return { checker: program.getTypeChecker(), files };
}

function listSources(): string[] {
  return ["app", "components", "lib"].map((folder) => join(PROJECT_FOLDER, folder)).filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
