import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROJECT_FOLDER } from "../start/home";
import { listApiFiles, RouteTable } from "./api-routes";

const table = new RouteTable();
const named = (name: string) => ({ [name]: () => new Response(name) });
for (const address of ["/api/v1/runs", "/api/v1/runs/[id]", "/api/v1/runs/[id]/events", "/api/v1/runs/latest", "/api/[...path]"]) table.add(address, named(address));

describe("a table of routes", () => {
  test.each([
    ["/api/v1/runs", "/api/v1/runs", {}],
    ["/api/v1/runs/run_1", "/api/v1/runs/[id]", { id: "run_1" }],
    ["/api/v1/runs/latest", "/api/v1/runs/latest", {}],
    ["/api/v1/runs/latest/events", "/api/v1/runs/[id]/events", { id: "latest" }],
    ["/api/v1/runs/run_1/nothing", "/api/[...path]", { path: "v1/runs/run_1/nothing" }],
    ["/api/v1/constructor", "/api/[...path]", { path: "v1/constructor" }],
  ])("answers %s with %s", (path, address, params) => {
    const match = table.find(path);
    expect([Object.keys(match?.route ?? {}), match?.params]).toEqual([[address], params]);
  });

  test("does not answer what is not there", () => expect([table.find("/"), table.find("/api"), table.find("/other/api/v1/runs")]).toEqual([null, null, null]));

  test.each(["/api/v1/(group)/x", "/api/v1/[[...all]]", "/api/v1/@slot/x", "/api/v1/runs/[other]"])("refuses %s, which only Next knows or which contradicts another", (address) =>
    expect(() => table.add(address, {})).toThrow(address));
});

describe("the files of the API", () => {
  const folder = mkdtempSync(join(tmpdir(), "stint-routes-"));
  beforeAll(() => {
    for (const file of ["api/v1/new/[id]/route.ts", "api/v1/new/other.ts", "api/v1/new/route.test.ts", "api/[...path]/route.ts", "api/auth/[...nextauth]/route.ts", "api/health/route.ts", "page.tsx"]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), "");
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("are found where they are, and no others", () => expect(listApiFiles(folder).map(({ address }) => address)).toEqual(["/api/[...path]", "/api/v1/new/[id]"]));

  test("of this project can all be mounted", () => {
    const mounted = new RouteTable();
    const files = listApiFiles(join(PROJECT_FOLDER, "app"));
    for (const { address } of files) mounted.add(address, named(address));
    for (const { address } of files.filter((one) => !one.address.includes("..."))) expect(Object.keys(mounted.find(address.replaceAll(/\[(\w+)\]/g, "x"))?.route ?? {})).toEqual([address]);
    expect(files.length).toBeGreaterThan(10);
  });
});
