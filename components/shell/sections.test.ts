import { describe, expect, it } from "vitest";
import { accountSections, adminSections, isActiveSection, tenantSections } from "@/components/shell/sections";

const active = (pathname: string) =>
  tenantSections("acme", { billing: true })
    .filter((section) => isActiveSection(section, pathname))
    .map((section) => section.label);

describe("isActiveSection", () => {
  it.each([
    ["/t/acme", ["Overview"]],
    ["/t/acme/runs", ["Runs"]],
    ["/t/acme/runs/run_01", ["Runs"]],
    ["/t/acme/runsheet", []],
    ["/t/other/runs", []],
  ])("%s marks %j", (pathname, labels) => expect(active(pathname)).toEqual(labels));

  it("shows billing to those who may enter it", () => {
    const labels = (billing: boolean) => tenantSections("acme", { billing }).map(({ label }) => label);
    expect(labels(true)).toContain("Billing");
    expect(labels(false)).toEqual(labels(true).filter((label) => label !== "Billing"));
  });

  it.each([
    ["/admin", ["Tenants"]],
    ["/admin/tenants/acme", ["Tenants"]],
    ["/admin/billing", ["Billing"]],
    ["/admin/billing/events/evt_1", ["Billing"]],
    ["/admin/platform", ["Platform"]],
    ["/admin/tenantsheet", []],
  ])("in the back office %s marks %j", (pathname, labels) => {
    expect(adminSections({ billing: true }).filter((section) => isActiveSection(section, pathname)).map((section) => section.label)).toEqual(labels);
  });

  it.each([
    ["/account", ["Profile"]],
    ["/account/security", ["Security"]],
    ["/account/two-factor", ["Security"]],
  ])("about oneself %s marks %j", (pathname, labels) => {
    expect(accountSections().filter((section) => isActiveSection(section, pathname)).map((section) => section.label)).toEqual(labels);
  });
});
