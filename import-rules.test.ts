/** Plants one violation of every import rule in a small tree and sees it reported, so that each rule is known to bite. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

/** Rule → the file that breaks it and its text. */
const PLANTS: Record<string, { file: string; text: string }> = {
  "nothing-imports-app": { file: "lib/runs/links.ts", text: 'import { page } from "@/app/page"; export const link = page;' },
  "app-uses-doors-and-features": { file: "app/keys.ts", text: 'import { rows } from "@/lib/keys/repo"; export const all = rows;' },
  "app-reads-platform-narrowly": { file: "app/numbers.ts", text: 'import { metrics } from "@/lib/platform/metrics"; export const all = metrics;' },
  "lib-knows-no-interface": { file: "lib/runs/draw.ts", text: 'import { button } from "@/components/button"; export const drawn = button;' },
  "page-guard-uses-react-cache-only": { file: "lib/http/page.ts", text: 'import { button } from "@/components/button"; export const drawn = button;' },
  "mails-stand-alone": { file: "lib/notifications/pretty.tsx", text: 'import { button } from "@/components/button"; export const drawn = button;' },
  "mails-load-late": { file: "lib/notifications/early.ts", text: 'import { mail } from "@/lib/notifications/mail"; export const made = mail;' },
  "components-are-client-safe": { file: "components/list.ts", text: 'import { list } from "@/lib/keys/service"; export const all = list;' },
  "features-keep-their-rows": { file: "lib/runs/owner.ts", text: 'import { rows } from "@/lib/keys/repo"; export const all = rows;' },
  "pure-modules-do-no-io": { file: "lib/runs/policy.ts", text: 'import { readFileSync } from "node:fs"; export const read = readFileSync;' },
  "prisma-only-in-repos": { file: "lib/runs/shortcut.ts", text: 'import { PrismaClient } from "@/prisma/generated/client"; export const client = new PrismaClient();' },
  "nothing-uses-local": { file: "lib/runs/fake.ts", text: 'import { sink } from "@/local/sink"; export const used = sink;' },
  "local-stands-alone": { file: "local/spy.ts", text: 'import { list } from "@/lib/keys/service"; export const all = list;' },
  "edge-has-no-node": { file: "lib/keys/secret.ts", text: 'import { randomBytes } from "node:crypto"; export const secret = randomBytes;' },
  "edge-reaches-no-node": { file: "lib/http/gate.ts", text: 'import { via } from "@/lib/http/via"; export const gate = via;' },
  "api-is-web-standard": { file: "app/api/v1/me/route.ts", text: 'import { NextResponse } from "next/server"; export const answer = NextResponse;' },
  "no-cycles": { file: "lib/runs/egg.ts", text: 'import { hen } from "@/lib/runs/hen"; export const egg = (): unknown => hen;' },
  "no-missing-module": { file: "lib/runs/typo.ts", text: 'import { nothing } from "@/lib/runs/nowhere"; export const used = nothing;' },
};

/** What the violations point at, and neighbours that break nothing. */
const REST: Record<string, string> = {
  "app/page.ts": "export const page = 1;",
  "app/fine.ts": 'import { list } from "@/lib/keys/service"; import { button } from "@/components/button"; export const all = [list, button];',
  "app/api/metrics/route.ts": 'import { metrics } from "@/lib/platform/metrics"; export const all = metrics;',
  "components/button.ts": 'import { plans } from "@/lib/billing/plans"; import type { Listed } from "@/lib/keys/service"; export const button: Listed[] = plans;',
  "lib/billing/plans.ts": "export const plans: number[] = [];",
  "lib/keys/repo.ts": 'import { PrismaClient } from "@/prisma/generated/client"; export const rows = PrismaClient;',
  "lib/keys/service.ts": 'import { rows } from "@/lib/keys/repo"; export type Listed = number; export const list = rows;',
  "lib/notifications/mail.tsx": 'import { render } from "@react-email/render"; import type { ReactNode } from "react"; export const mail = render; export type Mail = ReactNode;',
  "lib/notifications/late.ts": 'import type { Mail } from "@/lib/notifications/mail"; export const late = async (): Promise<Mail> => (await import("@/lib/notifications/mail")).mail(null);',
  "lib/platform/db.ts": "export const db = 1;",
  "lib/platform/metrics.ts": "export const metrics = 1;",
  "lib/http/via.ts": 'import { db } from "@/lib/platform/db"; export const via = db;',
  "lib/runs/hen.ts": 'import { egg } from "@/lib/runs/egg"; export const hen = (): unknown => egg;',
  "local/sink.ts": "export const sink = 1;",
  "prisma/generated/client.ts": "export class PrismaClient {}",
};

const CONFIG = join(import.meta.dirname, ".dependency-cruiser.mjs");
const configSchema = z.object({ default: z.object({ forbidden: z.array(z.object({ name: z.string() })) }) });
const reportSchema = z.object({ summary: z.object({ violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })) }) });

describe("import rules", () => {
  const folder = mkdtempSync(join(tmpdir(), "stint-rules-"));
  let violations: { from: string; rule: { name: string } }[] = [];

  beforeAll(() => {
    const files = { ...REST, ...Object.fromEntries(Object.values(PLANTS).map(({ file, text }) => [file, text])) };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { module: "esnext", moduleResolution: "bundler", paths: { "@/*": ["./*"] } } }));
    symlinkSync(join(import.meta.dirname, "node_modules"), join(folder, "node_modules"));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"), "--config", CONFIG, "--output-type", "json", "app", "components", "lib", "local"],
      { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
    );
    if (!stdout) throw new Error(stderr);
    violations = reportSchema.parse(JSON.parse(stdout)).summary.violations;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("every rule has a violation planted against it", async () => {
    const config = configSchema.parse(await import(CONFIG));
    expect(Object.keys(PLANTS).sort()).toEqual(config.default.forbidden.map((rule) => rule.name).sort());
  });

  test.each(Object.entries(PLANTS))("%s is reported", (rule, { file }) => {
    expect(violations.map((one) => `${one.rule.name} ${one.from}`)).toContain(`${rule} ${file}`);
  });

  test("what follows the rules is not reported", () => {
    const planted = new Set(Object.values(PLANTS).map(({ file }) => file));
    expect(violations.filter((one) => !planted.has(one.from)).map((one) => `${one.rule.name} ${one.from}`)).toEqual([]);
  });
});
