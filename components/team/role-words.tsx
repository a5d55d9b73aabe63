import type { Role } from "@/lib/tenants/policy";

/** What people read of a role: its name, and what it is for. The permission table is lib/tenants/policy.ts. */
export const ROLE_WORDS: Record<Role, { name: string; text: string }> = {
  owner: { name: "Owner", text: "Everything: billing, the team, exporting and deleting the workspace." },
  admin: { name: "Admin", text: "Agents, runs, keys, settings, the audit log, and the team except owners and billing." },
  developer: { name: "Developer", text: "Agents, runs, API keys and usage." },
  billing: { name: "Billing", text: "Plan, invoices and usage. No agents, no runs, no keys." },
  viewer: { name: "Viewer", text: "Reads agents, runs and usage. Changes nothing." },
};

/** Roles with what each of them is for. */
export function RoleGuide({ roles }: { roles: readonly Role[] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-4 gap-y-2 text-sm sm:grid-cols-[6rem_minmax(0,1fr)]">
      {roles.map((role) => (
        <div key={role} className="contents">
          <dt className="font-medium">{ROLE_WORDS[role].name}</dt>
          <dd className="mb-2 text-muted sm:mb-0">{ROLE_WORDS[role].text}</dd>
        </div>
      ))}
    </dl>
  );
}
