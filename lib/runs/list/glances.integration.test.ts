/** What the list of runs shows beside their summaries: the beginning of the input, and by what each was asked for. */
import { afterAll, expect, test } from "vitest";
import { makeWorkspace, owner, queueRuns } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { readGlances } from "@/lib/runs/list/glances";

afterAll(() => closeDb());

test("an input is cut to what a line holds, on one line, whole characters, and gone once the contents are deleted", async () => {
  const one = await makeWorkspace();
  const inputs = ["  Summarise\n\tthis.  ", "😀".repeat(5_000), "x".repeat(160), "secret"];
  const ids: string[] = [];
  for (const input of inputs) ids.push(...(await queueRuns(one, 1, { input })));
  const deleted = ids.at(-1) ?? "";
  // As where a deletion left something behind: the list does not show it either.
  await owner().query("UPDATE run SET content_deleted_at = now() WHERE id = $1", [deleted]);
  const glances = await readGlances(one.tenantId, ids);
  expect(ids.map((id) => glances.get(id)?.input)).toEqual(["Summarise this.", `${"😀".repeat(160)}…`, "x".repeat(160), null]);
});

test("it is said whether a key asked, by its name, a schedule or somebody in the browser; of another workspace's runs nothing is", async () => {
  const [one, other] = [await makeWorkspace(), await makeWorkspace()];
  const ids = await queueRuns(one, 3);
  const [byKey = "", bySchedule = "", inBrowser = ""] = ids;
  await owner().query("UPDATE api_key SET name = 'Production' WHERE id = $1", [one.keyId]);
  await owner().query("UPDATE run SET api_key_id = $2 WHERE id = $1", [byKey, one.keyId]);
  await owner().query("UPDATE run SET api_key_id = NULL, metadata = '{\"schedule_id\": \"sch_1\"}' WHERE id = $1", [bySchedule]);
  await owner().query("UPDATE run SET api_key_id = NULL, metadata = NULL WHERE id = $1", [inBrowser]);
  const glances = await readGlances(one.tenantId, ids);
  expect(ids.map((id) => glances.get(id)?.askedBy)).toEqual([{ kind: "key", name: "Production" }, { kind: "schedule" }, { kind: "browser" }]);
  expect(await readGlances(other.tenantId, ids)).toEqual(new Map());
});
