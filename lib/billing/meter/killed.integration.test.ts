/** A worker that is killed with SIGKILL while it reports or gives back: what it began is finished by the next, and nothing is there twice. */
import { spawn, type ChildProcess } from "node:child_process";
import { createServer, request, type Server } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeSubscriber, useSandbox } from "@/e2e/fixtures/billing";
import { makeUser } from "@/e2e/fixtures/session";
import { useTime } from "@/e2e/fixtures/settle";
import { endLeftoverRuns, owner } from "@/e2e/fixtures/workspace";
import { MINUTE_MS } from "@/lib/core/time";
import { closeDb } from "@/lib/platform/db";
import { reportOverage } from "@/lib/billing/meter/job";
import { KEY, makeCatalogue, startSandbox, type Catalogue, type TestSandbox } from "@/local/stripe/test-sandbox";
import { listen } from "@/local/serve";

/** When the process dies: when its request has arrived, or when Stripe has done it and not yet said so. */
type Moment = "before" | "after";
let death: { path: RegExp; moment: Moment; process: ChildProcess } | null = null;
let at: TestSandbox;
let prices: Catalogue;
let proxy: Server;
let staff: string;
beforeAll(async () => {
  at = await startSandbox();
  proxy = createServer((incoming, response) => {
    const dies = death?.path.test(incoming.url ?? "") ? death : null;
    if (dies?.moment === "before") return void dies.process.kill("SIGKILL");
    const outgoing = request(new URL(incoming.url ?? "/", at.url), { method: incoming.method, headers: incoming.headers }, (answer) => {
      if (dies) {
        answer.resume();
        return void answer.on("end", () => dies.process.kill("SIGKILL"));
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(outgoing);
  });
  const { port } = await listen(proxy, 0, "127.0.0.1");
  useSandbox(`http://127.0.0.1:${port}`, KEY);
  prices = await makeCatalogue(at.stripe);
  staff = await makeUser(null, { isStaff: true });
  await endLeftoverRuns();
});
afterAll(async () => {
  await endLeftoverRuns();
  proxy.closeAllConnections();
  proxy.close();
  await at.close();
  await closeDb();
});

const sql = (text: string, values: unknown[]) => owner().query<Record<string, unknown>>(text, values);

/** Lets a worker of its own report, and kills it at that moment. */
async function killAt(path: RegExp, moment: Moment): Promise<void> {
  const child = spawn(process.execPath, ["--import", "tsx", "e2e/fixtures/report-once.ts"], { env: process.env, stdio: "ignore" });
  death = { path, moment, process: child };
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  death = null;
  expect(signal).toBe("SIGKILL");
}

/** The next worker's turn, once what the dead one held is free. */
async function goOn(tenantId: string): Promise<void> {
  await sql("UPDATE meter_report SET next_attempt_at = now() WHERE tenant_id = $1", [tenantId]);
  await sql("UPDATE billing_credit SET next_attempt_at = now() WHERE tenant_id = $1", [tenantId]);
  await reportOverage(0);
}

for (const moment of ["before", "after"] as const) {
  test(`a report, ${moment} Stripe has it`, async () => {
    const one = await makeSubscriber(at.stripe, prices, "starter");
    await useTime(one, 1_002 * MINUTE_MS);
    await killAt(/meter_events/, moment);
    const events = () => at.sandbox.world.tables.meter_events.filter((row) => row.customer === one.customerId).map(({ value }) => value);
    expect(events()).toEqual(moment === "before" ? [] : ["100000"]);
    expect((await sql("SELECT sent_at, attempts FROM meter_report WHERE tenant_id = $1", [one.tenantId])).rows).toEqual([{ sent_at: null, attempts: 1 }]);
    await useTime(one, MINUTE_MS);
    await goOn(one.tenantId);
    await goOn(one.tenantId);
    expect(events()).toEqual(["100000", "50000"]);
  });

  test(`a credit, ${moment} Stripe has it`, async () => {
    const one = await makeSubscriber(at.stripe, prices, "starter");
    await useTime(one, 1_010 * MINUTE_MS);
    await reportOverage(0);
    await sql("SELECT staff_adjust_usage($1, $2, (SELECT max(period_start) FROM usage_counter WHERE tenant_id = $2), 'agent_ms', -60000, 'test', '', '')", [staff, one.tenantId]);
    await killAt(/balance_transactions/, moment);
    const given = async () => (await at.stripe.customers.listBalanceTransactions(one.customerId)).data.map(({ amount }) => amount);
    expect(await given()).toEqual(moment === "before" ? [] : [-5]);
    await goOn(one.tenantId);
    await goOn(one.tenantId);
    expect(await given()).toEqual([-5]);
    expect((await sql("SELECT sent_at IS NOT NULL AS sent FROM billing_credit WHERE tenant_id = $1", [one.tenantId])).rows).toEqual([{ sent: true }]);
  });
}
