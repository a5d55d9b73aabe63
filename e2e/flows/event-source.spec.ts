/** A browser's own EventSource on the same origin with the session, across web processes that end cleanly and that are killed. */
import { expect, test, type Page } from "@playwright/test";
import { sessionCookieOf } from "../fixtures/session";
import { until } from "../fixtures/until";
import { startWebProcess, type WebProcess } from "../fixtures/web-process";
import { makeWorkspace, owner, queueRuns, type Workspace } from "../fixtures/workspace";

type Heard = { id: number; type: string; text: string };
declare global {
  interface Window { heard: Heard[]; source: EventSource }
}

/** A run that a worker of nobody's executes for an hour: what happens to it is this test's to say. */
async function holdRun(workspace: Workspace): Promise<string> {
  await owner().query("UPDATE tenant SET paused_at = now() WHERE id = $1", [workspace.tenantId]);
  const [id = ""] = await queueRuns(workspace, 1);
  await owner().query("UPDATE run SET status = 'running', worker_id = 'wrk_test', fence = 1, started_at = now(), lease_expires_at = now() + interval '1 hour' WHERE id = $1", [id]);
  return id;
}

async function happen(workspace: Workspace, runId: string, seqs: number[]): Promise<void> {
  for (const seq of seqs) await owner().query("INSERT INTO run_event (tenant_id, run_id, seq, type, data) VALUES ($1, $2, $3, 'output.delta', $4)", [workspace.tenantId, runId, seq, { step: 1, text: `word ${seq} ` }]);
}

const heardBy = (page: Page): Promise<Heard[]> => page.evaluate(() => window.heard);

test("it misses nothing and hears nothing twice, whatever happens to the process that it listens to", async ({ page }) => {
  test.setTimeout(240_000);
  const workspace = await makeWorkspace();
  const runId = await holdRun(workspace);
  let web: WebProcess = await startWebProcess(() => ({}));
  const port = Number(new URL(web.url).port);
  try {
    const [name = "", value = ""] = (await sessionCookieOf(workspace.userId)).split("=");
    await page.context().addCookies([{ name, value, url: web.url }]);
    await page.goto(`${web.url}/pricing`);
    await page.evaluate(([address = ""]) => {
      window.heard = [];
      window.source = new EventSource(address);
      for (const type of ["output.delta", "run.succeeded"]) {
        window.source.addEventListener(type, (event: MessageEvent<string>) => window.heard.push({ id: Number(event.lastEventId), type, text: (JSON.parse(event.data) as { text?: string }).text ?? "" }));
      }
    }, [`/api/v1/runs/${runId}/events?tenant=${workspace.slug}`]);
    const ids = (): Promise<number[]> => heardBy(page).then((heard) => heard.map(({ id }) => id));
    const untilHeard = (last: number) => until(ids, (all) => all.at(-1) === last, 60_000);

    await happen(workspace, runId, [1, 2, 3]);
    expect(await untilHeard(3)).toEqual([1, 2, 3]);

    // An orderly end: what happens meanwhile is there when the next process is.
    await web.stop();
    await happen(workspace, runId, [4, 5]);
    web = await startWebProcess(() => ({}), port);
    expect(await untilHeard(5)).toEqual([1, 2, 3, 4, 5]);
    await happen(workspace, runId, [6]);
    expect(await untilHeard(6)).toEqual([1, 2, 3, 4, 5, 6]);

    // Killed, with something on its way.
    await happen(workspace, runId, [7]);
    process.kill(web.pid, "SIGKILL");
    await web.exited;
    await happen(workspace, runId, [8]);
    web = await startWebProcess(() => ({}), port);
    expect(await untilHeard(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);

    // The end; asked once more after it, the answer is that there is nothing, and the browser stays away.
    await owner().query("UPDATE run SET status = 'succeeded', output = 'Done.', finished_at = now(), lease_expires_at = NULL, worker_id = NULL WHERE id = $1", [runId]);
    await owner().query("INSERT INTO run_event (tenant_id, run_id, seq, type, data) VALUES ($1, $2, 9, 'run.succeeded', '{}')", [workspace.tenantId, runId]);
    expect(await untilHeard(9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await until(() => page.evaluate(() => window.source.readyState), (state) => state === EventSourceState.closed, 30_000);
    expect((await heardBy(page)).map(({ text }) => text).join("")).toBe([1, 2, 3, 4, 5, 6, 7, 8].map((seq) => `word ${seq} `).join(""));
  } finally {
    await web.stop();
    await owner().query("UPDATE run SET status = 'canceled', finished_at = now(), lease_expires_at = NULL, worker_id = NULL WHERE id = $1 AND finished_at IS NULL", [runId]);
  }
});

test("a session of another workspace hears nothing", async ({ page, baseURL }) => {
  const [mine, other] = [await makeWorkspace(), await makeWorkspace()];
  const runId = await holdRun(other);
  const [name = "", value = ""] = (await sessionCookieOf(mine.userId)).split("=");
  await page.context().addCookies([{ name, value, url: baseURL ?? "" }]);
  await page.goto("/pricing");
  for (const slug of [mine.slug, other.slug]) {
    const state = await page.evaluate(([address = ""]) => new Promise<number>((resolve) => {
      const source = new EventSource(address);
      source.onopen = () => resolve(source.readyState);
      source.onerror = () => resolve(source.readyState);
    }), [`/api/v1/runs/${runId}/events?tenant=${slug}`]);
    expect(state).toBe(EventSourceState.closed);
  }
  await owner().query("UPDATE run SET status = 'canceled', finished_at = now(), lease_expires_at = NULL, worker_id = NULL WHERE id = $1", [runId]);
});

/** As the browser numbers them; Node has no EventSource of its own. */
const EventSourceState = { closed: 2 } as const;
