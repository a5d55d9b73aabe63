import { describe, expect, it } from "vitest";
import { isActiveSection, tenantSections } from "@/components/shell/sections";

const active = (pathname: string) =>
  tenantSections("acme")
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
});
