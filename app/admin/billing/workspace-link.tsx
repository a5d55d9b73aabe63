import Link from "next/link";

/** A workspace by its name, leading to what staff see of it. */
export function WorkspaceLink({ tenant }: { tenant: { slug: string; name: string } | null }) {
  if (!tenant) return <span className="text-muted">nobody’s</span>;
  return <Link href={`/admin/tenants/${tenant.slug}`} className="text-accent-ink underline underline-offset-4">{tenant.name}</Link>;
}
