import { test } from "@playwright/test";
import { BASE } from "../api/client";
import { sessionCookieOf } from "../fixtures/session";
import { makeWorkspace, makeKey, makeAgent, owner, retireTestPlans } from "../fixtures/workspace";
test("shots", async ({ page, context }) => {
  test.setTimeout(180_000);
  const w = await makeWorkspace({}, { anchor: new Date("2026-01-09T07:00:00Z") });
  const empty = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'starter' WHERE id = $1", [w.tenantId]);
  const agents = [w.agentId]; for (let i = 0; i < 4; i++) agents.push((await makeAgent(w, "stint-extract-1")).id);
  const keys = [w.keyId, (await makeKey(w)).keyId, ""];
  const names = ["Summarise tickets", "Invoice reader", "Translate product pages for the shop", "Router", "Nightly digest"];
  for (const [i, id] of agents.entries()) await owner().query("UPDATE agent SET name = $2 WHERE id = $1", [id, names[i]]);
  await owner().query("UPDATE api_key SET name = 'Production' WHERE id = $1", [w.keyId]);
  for (const [k, key] of keys.entries()) {
    await owner().query(`INSERT INTO usage_hourly (tenant_id, hour, meter, agent_id, api_key_id, quantity)
      SELECT $1, d, 'api_calls', '', $2, (random()*900/($3::int+1))::bigint+1 FROM generate_series(date_trunc('day', now(), 'UTC') - interval '400 days', date_trunc('hour', now(), 'UTC'), interval '3 hour') d WHERE $2 <> ''`, [w.tenantId, key, k]);
    for (const [a, agent] of agents.entries()) await owner().query(`INSERT INTO usage_hourly (tenant_id, hour, meter, agent_id, api_key_id, quantity)
      SELECT $1, d, m.meter, $2, $3, (random()*m.most/($4::int+1)/($5::int+1))::bigint+1 FROM generate_series(date_trunc('day', now(), 'UTC') - interval '400 days', date_trunc('hour', now(), 'UTC'), interval '3 hour') d,
      (VALUES ('agent_ms', 260000), ('model_micros', 21000), ('input_tokens', 60000), ('output_tokens', 9000)) m (meter, most)`, [w.tenantId, agent, key, a, k]);
  }
  await owner().query(`INSERT INTO usage_daily (tenant_id, day, meter, agent_id, api_key_id, quantity) SELECT tenant_id, (hour AT TIME ZONE 'UTC')::date, meter, agent_id, api_key_id, sum(quantity) FROM usage_hourly WHERE tenant_id = $1 GROUP BY 1,2,3,4,5`, [w.tenantId]);
  await owner().query(`INSERT INTO usage_counter (tenant_id, period_start, used_ms, used_micros, calls) SELECT $1, b.period_start, s.ms, s.micros, s.calls FROM period_bounds('2026-01-09T07:00:00Z', now()) b, (SELECT sum(quantity) FILTER (WHERE meter='agent_ms') ms, sum(quantity) FILTER (WHERE meter='model_micros') micros, sum(quantity) FILTER (WHERE meter='api_calls') calls FROM usage_hourly WHERE tenant_id=$1 AND hour >= (SELECT period_start FROM period_bounds('2026-01-09T07:00:00Z', now()))) s ON CONFLICT (tenant_id, period_start) DO UPDATE SET used_ms = excluded.used_ms, used_micros = excluded.used_micros, calls = excluded.calls`, [w.tenantId]);
  const [name = "", value = ""] = (await sessionCookieOf(w.userId)).split("=");
  await context.addCookies([{ name, value, url: BASE }]);
  for (const [shot, path] of [["period", "/usage"], ["total", "/usage?chart=total"], ["today", "/usage?range=today&meter=spend&by=key"], ["year", "/usage?range=year&meter=tokens&by=meter"], ["overview", ""]] as const) {
    await page.goto(`/t/${w.slug}${path}`);
    for (const width of [1440, 360]) for (const scheme of ["light", "dark"] as const) {
      if (shot !== "period" && scheme === "dark" && width === 360) continue;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.waitForTimeout(200);
      await page.screenshot({ path: `/tmp/ushots/${shot}-${width}-${scheme}.png`, fullPage: true });
    }
  }
  const [n2 = "", v2 = ""] = (await sessionCookieOf(empty.userId)).split("=");
  await context.clearCookies(); await context.addCookies([{ name: n2, value: v2, url: BASE }]);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/t/${empty.slug}/usage?range=today`); await page.screenshot({ path: `/tmp/ushots/empty-1440.png`, fullPage: true });
});
