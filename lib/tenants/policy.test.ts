import { describe, expect, test } from "vitest";
import { keyAllows, PERMISSIONS, roleAllows, ROLES, type Permission, type Role } from "@/lib/tenants/policy";

/** The table written out once more: a change of the rules has to be made twice, on purpose. */
const MAY: Record<Role, Permission[]> = {
  owner: [...PERMISSIONS],
  admin: ["agents:read", "agents:write", "runs:read", "runs:write", "keys:read", "keys:write", "usage:read", "billing:read", "team:read", "team:write", "audit:read", "settings:write"],
  developer: ["agents:read", "agents:write", "runs:read", "runs:write", "keys:read", "keys:write", "usage:read", "team:read"],
  billing: ["usage:read", "billing:read", "billing:write", "team:read"],
  viewer: ["agents:read", "runs:read", "usage:read", "team:read"],
};

describe("roles", () => {
  test.each(ROLES)("%s may do exactly what the table says", (role) => {
    expect(PERMISSIONS.filter((permission) => roleAllows(role, permission)).sort()).toEqual(MAY[role].toSorted());
  });

  test.each([null, "", "root", "constructor", "__proto__", "Owner"])("%j is no role and may nothing", (role) => {
    expect(PERMISSIONS.filter((permission) => roleAllows(role, permission))).toEqual([]);
  });
});

describe("keys", () => {
  test("may do what their scopes say, as far as their maker's role goes", () => {
    expect(keyAllows(["runs:write"], "owner", "runs:write")).toBe(true);
    expect(keyAllows(["runs:read"], "owner", "runs:write")).toBe(false);
    expect(keyAllows(["runs:write"], "viewer", "runs:write")).toBe(false);
  });

  test("may nothing once their maker has left", () => expect(keyAllows([...PERMISSIONS], null, "runs:read")).toBe(false));
});
