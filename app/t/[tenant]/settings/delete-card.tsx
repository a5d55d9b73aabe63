import { DeleteWorkspace } from "@/app/t/[tenant]/settings/delete-workspace";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Time } from "@/components/ui/time";

type DeleteCardProps = { tenant: string; name: string; deleteAfter: string | null };

/** The end of the workspace, or word that it is asked for. `deleteAfter` is an ISO 8601 instant. */
export function DeleteCard({ tenant, name, deleteAfter }: DeleteCardProps) {
  return (
    <Card>
      <CardHeader title="Delete workspace" description="With everything in it, 30 days after you ask for it." />
      <CardBody className="grid grid-cols-1 gap-4">
        {deleteAfter ? (
          <p>Deletion is asked for: on <Time at={deleteAfter} look="absolute" />. Until then any owner can keep the workspace, at the top of each of its pages.</p>
        ) : (
          <>
            <p className="max-w-prose">
              Nothing runs from then on. For 30 days everything can still be read and exported, and any owner can keep the workspace. Then nothing of it is left. The accounts of its
              members stay.
            </p>
            <div>
              <DeleteWorkspace tenant={tenant} name={name} />
            </div>
          </>
        )}
      </CardBody>
    </Card>
  );
}
