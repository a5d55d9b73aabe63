/** Every action of a workspace × the roles that pay for it, for a member whom the plan has no seat for: paying goes through, nothing else does. */
import { expect, test } from "@playwright/test";
import { PAID_WITHOUT_SEAT } from "../fixtures/permission-table";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { makeWorkspace, owner, type Workspace } from "../fixtures/workspace";
import { listBuiltActions, postAction } from "./isolation-doors";

const BASE = process.env.STINT_TEST_URL ?? "";
/** What changes nothing, or is every member's right. */
const EVERYBODYS = ["leaveWorkspaceAction", "previewScheduleAction"];

let workspace: Workspace;
test.beforeAll(async () => {
  workspace = await makeWorkspace();
  await owner().query("UPDATE tenant SET plan_id = 'free' WHERE id = $1", [workspace.tenantId]);
  await owner().query("INSERT INTO tenant_override (tenant_id, members, reason, set_by) VALUES ($1, 1, 'one seat', 'usr_staff')", [workspace.tenantId]);
});

async function answerOf(role: "owner" | "billing" | "admin", name: string): Promise<string> {
  const action = listBuiltActions().find((one) => one.name === name);
  if (!action) throw new Error(`${name} is not in the build`);
  const userId = await makeUser({ workspace, role });
  const headers = { cookie: await sessionCookieOf(userId), origin: BASE };
  const response = await postAction(`${BASE}/t/${workspace.slug}`, action.id, headers, { tenant: workspace.slug });
  return response.text();
}

const refused = /no seat for you|Your role in this workspace/;
const tenantActions = () => listBuiltActions().filter(({ page }) => page.startsWith("/t/")).map(({ name }) => name);

for (const role of ["billing", "owner"] as const) {
  test(`${role}: pays without a seat, and does nothing else`, async () => {
    const passed: string[] = [];
    for (const name of tenantActions()) if (!refused.test(await answerOf(role, name))) passed.push(name);
    expect(passed.filter((name) => !EVERYBODYS.includes(name)).sort()).toEqual(PAID_WITHOUT_SEAT);
  });
}

test("admin: neither, for want of the role", async () => {
  for (const name of PAID_WITHOUT_SEAT) expect(await answerOf("admin", name), name).toContain("Your role in this workspace");
});
