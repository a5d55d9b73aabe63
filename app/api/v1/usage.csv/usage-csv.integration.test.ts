/** `GET /usage` and `GET /usage.csv`: the same numbers, bounded, and names that are nothing but names. */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as usageRoute from "@/app/api/v1/usage/route";
import * as csvRoute from "@/app/api/v1/usage.csv/route";
import { makeAgent, makeKey, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import type { RouteHandler } from "@/lib/http/route-description";
import { closeDb } from "@/lib/platform/db";
import { METERS, type UsageDto } from "@/lib/usage/schema";

afterAll(() => closeDb());

let one: Workspace;
beforeAll(async () => {
  one = await makeWorkspace();
  await owner().query("UPDATE agent SET name = $2 WHERE id = $1", [one.agentId, '<img src=x onerror="alert(1)">, "quoted"']);
  await owner().query("UPDATE api_key SET name = $2 WHERE id = $1", [one.keyId, '=HYPERLINK("http://evil.example","x")']);
  const rows = [one.agentId, (await makeAgent(one, "stint-extract-1")).id].flatMap((agent) => [one.keyId, ""].map((key) => [agent, key]));
  for (const [index, [agent, key]] of [...rows, ["", one.keyId], ["", (await makeKey(one)).keyId]].entries()) {
    const values = [one.tenantId, agent, key, METERS[index % METERS.length], 100 + index, ["2025-02-28T12:00:00Z", "2026-01-01T00:00:00Z", "2026-11-23T23:00:00Z"][index % 3]];
    await owner().query("INSERT INTO usage_hourly (tenant_id, agent_id, api_key_id, meter, quantity, hour) VALUES ($1, $2, $3, $4, $5, $6)", values);
    await owner().query("INSERT INTO usage_daily (tenant_id, agent_id, api_key_id, meter, quantity, day) VALUES ($1, $2, $3, $4, $5, $6::date)", values);
  }
});

const send = (route: { GET: RouteHandler }, query: string, secret = one.secret) =>
  route.GET(new Request(`http://localhost/api/v1/usage?${query}`, { headers: { authorization: `Bearer ${secret}` } }), { params: Promise.resolve({}) });
const RANGE = "from=2025-02-28T12:30:00Z&to=2026-11-24T00:00:00Z";

test.each(["meter", "agent", "key", "day"])("the CSV by %s has the rows of the JSON", async (group) => {
  const [csv, json] = [await send(csvRoute, `${RANGE}&group_by=${group}`), await (await send(usageRoute, `${RANGE}&group_by=${group}`)).json() as UsageDto];
  expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(csv.headers.get("content-disposition")).toBe(`attachment; filename="usage-${one.slug}-by-${group}-2025-02-28-2026-11-24.csv"`);
  const [head, ...lines] = parseCsv(await csv.text());
  expect(head).toEqual(["key", "label", ...METERS]);
  expect(json.data.length).toBeGreaterThan(1);
  expect(lines).toEqual(json.data.map((row) => [row.key, row.label.replace(/^[=+\-@\t\r]/, "'$&"), ...METERS.map((meter) => String(row[meter]))]));
});

test("a name in it is never a formula, and never ends a field", async () => {
  expect(await (await send(csvRoute, `${RANGE}&group_by=key`)).text()).toContain(`${one.keyId},"'=HYPERLINK(""http://evil.example"",""x"")",`);
  expect(await (await send(csvRoute, `${RANGE}&group_by=agent`)).text()).toContain(`${one.agentId},"<img src=x onerror=""alert(1)"">, ""quoted""",`);
});

test("another workspace's key gets nothing of it", async () => {
  const other = await makeWorkspace();
  for (const group of ["meter", "agent", "key", "day"]) expect(await (await send(csvRoute, `${RANGE}&group_by=${group}`, other.secret)).text()).toBe(`key,label,${METERS.join(",")}\r\n`);
});

test.each([
  ["from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:01Z&group_by=hour", "from"],
  ["from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z", "to"],
  ["from=2026-11-02T00:00:00Z&to=2026-11-02T00:00:00Z", "to"],
  ["from=2999-01-01T00:00:00Z", "from"],
  ["to=2999-01-01T00:00:00Z&group_by=hour", "to"],
  ["from=2020-01-01T00:00:00Z", "from"],
  ["group_by=week", "group_by"],
])("%s is refused, naming %s", async (query, param) => {
  for (const route of [usageRoute, csvRoute]) {
    const answer = await send(route, query);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_field", param } });
  }
});

test("31 days by the hour are told", async () => expect((await send(usageRoute, "from=2025-10-05T00:00:00Z&to=2025-11-05T00:00:00Z&group_by=hour")).status).toBe(200));

/** A small reader of RFC 4180, written apart from what is under test. */
function parseCsv(text: string): string[][] {
  return text.trimEnd().split("\r\n").map((line) => Array.from(line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g), ([, field = ""]) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)).slice(0, 2 + METERS.length));
}
