import { describe, expect, test } from "vitest";
import { MAY, MAY_GIVE, MAY_WITHOUT_SEAT } from "@/e2e/fixtures/permission-table";
import { hasRoom, invitationFault, isDomainAllowed, keyAllows, losesLastOwner, mayChangeRole, memberAllows, PERMISSIONS, roleAllows, ROLES, rolesToGive } from "@/lib/tenants/policy";

const NO_ROLES = [null, "", "root", "constructor", "__proto__", "Owner"];

describe("roles", () => {
  test.each(ROLES)("%s may do exactly what the table says", (role) => {
    expect(PERMISSIONS.filter((permission) => roleAllows(role, permission)).sort()).toEqual(MAY[role].toSorted());
  });

  test.each(ROLES)("%s without a seat may do exactly what the table leaves them", (role) => {
    expect(PERMISSIONS.filter((permission) => memberAllows({ role, readOnly: true }, permission)).sort()).toEqual(MAY_WITHOUT_SEAT[role].toSorted());
    expect(PERMISSIONS.filter((permission) => memberAllows({ role, readOnly: false }, permission)).sort()).toEqual(MAY[role].toSorted());
  });

  test.each(NO_ROLES)("%j is no role and may nothing", (role) => {
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

describe("changing roles", () => {
  test.each(ROLES)("%s gives exactly the roles of the table", (by) => expect(rolesToGive(by)).toEqual(MAY_GIVE[by]));

  const changes = ROLES.flatMap((by) => [null, ...ROLES].flatMap((from) => [null, ...ROLES].map((to) => [by, from, to] as const)));
  test.each(changes)("%s turns %s into %s only when both are theirs to give", (by, from, to) => {
    const may = MAY_GIVE[by].length > 0 && [from, to].every((role) => role === null || MAY_GIVE[by].includes(role));
    expect(mayChangeRole(by, from, to)).toBe(may);
  });

  test.each(NO_ROLES)("%j changes nobody's role, and is a role that nobody gives or takes", (none) => {
    expect(mayChangeRole(none, "viewer", "developer")).toBe(false);
    expect(mayChangeRole(none, null, null)).toBe(false);
    if (none === null) return;
    expect(mayChangeRole("owner", null, none)).toBe(false);
    expect(mayChangeRole("owner", none, null)).toBe(false);
  });

  test.each([
    ["owner", null, 1, true], ["owner", "admin", 1, true], ["owner", "owner", 1, false], ["owner", null, 2, false], ["owner", "viewer", 2, false], ["admin", null, 1, false], ["viewer", "admin", 1, false],
  ] as const)("from %s to %s among %d owners loses the last one: %s", (from, to, owners, loses) => expect(losesLastOwner(from, to, owners)).toBe(loses));
});

describe("invitations", () => {
  test.each([
    ["ada@acme.test", [], true], ["ada@acme.test", ["acme.test"], true], ["ada@acme.test", ["ACME.test"], true], ["ada@other.test", ["acme.test", "other.test"], true],
    ["ada@acme.test.evil.test", ["acme.test"], false], ["ada@evilacme.test", ["acme.test"], false], ["ada@mail.acme.test", ["acme.test"], false], ["acme.test", ["other.test"], false],
    ['"a@acme.test"@evil.test', ["acme.test"], false],
  ] as const)("%s where only %j may be invited: %s", (email, domains, allowed) => expect(isDomainAllowed(email, domains)).toBe(allowed));

  const at = new Date("2026-11-24T12:00:00Z");
  const asked = (role: string, inviterRole: string | null, expiresInMs = 1, domains: string[] = []) => invitationFault({ email: "ada@acme.test", role, expiresAt: new Date(at.getTime() + expiresInMs) }, { inviterRole, domains, at });
  test.each(ROLES.flatMap((inviter) => ROLES.map((role) => [inviter, role] as const)))("what %s may not give (%s), their invitation does not give", (inviter, role) =>
    expect(asked(role, inviter)).toBe(MAY_GIVE[inviter].includes(role) ? null : "void"));
  test("nor does one of somebody who left, nor one that has ended, nor one to a domain that is not allowed any more", () => {
    expect([asked("viewer", null), asked("viewer", "owner", 0), asked("viewer", "owner", 1, ["other.test"]), asked("viewer", "owner", 1, ["acme.test"])]).toEqual(["void", "expired", "void", null]);
  });

  test.each([[0, 1, true], [1, 1, false], [4, 5, true], [5, 5, false], [9, 5, false], [99, null, true]] as const)("with %d of %s places taken there is room for one more: %s", (taken, limit, room) =>
    expect(hasRoom(taken, limit)).toBe(room));
});
