import type { Metadata } from "next";
import Link from "next/link";
import { NameForm } from "@/app/account/name-form";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { PageHeader } from "@/components/ui/page-header";
import { requireSignedIn } from "@/lib/http/page";

export const metadata: Metadata = { title: "Profile" };

export default async function ProfilePage() {
  const { user, memberships } = await requireSignedIn();
  return (
    <>
      <PageHeader title="Profile" />
      <div className="grid grid-cols-1 gap-8">
        <Card>
          <CardHeader title="You" description="What the other members of your workspaces see." />
          <CardBody>
            <NameForm name={user.name} email={user.email} />
          </CardBody>
        </Card>
        <section aria-labelledby="workspaces" className="grid grid-cols-1 gap-4">
          <div className="flex items-center justify-between gap-4">
            <h2 id="workspaces" className="text-base font-semibold">Workspaces</h2>
            <Button asChild><Link href="/welcome">New workspace</Link></Button>
          </div>
          {memberships.length > 0 ? (
            <DataTable
              caption="Workspaces that you are a member of"
              rows={memberships}
              rowKey={({ tenantId }) => tenantId}
              rowHref={({ slug }) => `/t/${slug}`}
              columns={[
                { id: "name", header: "Workspace", primary: true, cell: ({ name }) => name },
                { id: "slug", header: "Slug", cell: ({ slug }) => <span className="font-mono">{slug}</span> },
                { id: "role", header: "Your role", cell: ({ role }) => <Badge>{role}</Badge> },
              ]}
            />
          ) : (
            <p className="text-muted">You are in no workspace. Make one, or ask somebody to invite you.</p>
          )}
        </section>
      </div>
    </>
  );
}
