import type { Metadata } from "next";
import { AddModelKey } from "@/app/t/[tenant]/agents/model-keys/add-model-key";
import { EditModelKey } from "@/app/t/[tenant]/agents/model-keys/edit-model-key";
import { ReadModels } from "@/app/t/[tenant]/agents/model-keys/read-models";
import { RemoveModelKey } from "@/app/t/[tenant]/agents/model-keys/remove-model-key";
import { CodeBlock } from "@/components/ui/code-block";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Time } from "@/components/ui/time";
import { publicOrigin } from "@/lib/http/origin";
import { requireTenantPage } from "@/lib/http/page";
import { modelLine } from "@/lib/models/form";
import { MAX_MODEL_KEYS, type ModelKeyDto } from "@/lib/models/schema";
import { listModelKeys } from "@/lib/models/service";

export const metadata: Metadata = { title: "Model keys" };

export default async function ModelKeysPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "agents:read");
  const { id, slug } = admission.tenant;
  const { data: keys } = await listModelKeys(id, { limit: MAX_MODEL_KEYS });
  const mayWrite = allows("agents:write");
  return (
    <>
      <PageHeader
        title="Model keys" back={{ href: `/t/${slug}/agents`, label: "Agents" }}
        description="Your own keys of OpenAI-compatible endpoints. What agents do with their models is billed by the endpoint and spends no model spend here; agent-minutes count as ever."
        action={mayWrite ? <AddModelKey tenant={slug} /> : undefined}
      />
      {keys.length === 0 ? (
        <EmptyState title="No model keys yet" sample={<CodeBlock title="From a program" code={sample(publicOrigin())} />}>
          Add the address and the key of a provider, or of a server of yours. Its models then stand beside the platform’s wherever an agent’s model is chosen, as <span className="font-mono">label/model</span>. The key is kept encrypted and never shown again.
        </EmptyState>
      ) : (
        <DataTable
          caption="Model keys of this workspace"
          rows={keys}
          rowKey={(key) => key.id}
          columns={[
            { id: "label", header: "Label", primary: true, cell: (key) => <span className="font-mono">{key.label}</span> },
            { id: "address", header: "Address", cell: (key) => <span className="font-mono text-xs break-all">{key.base_url}</span> },
            { id: "models", header: "Models", cell: (key) => <span className="text-xs break-words">{digestOf(key)}</span> },
            { id: "changed", header: "Changed", align: "right", cell: (key) => <Time at={key.updated_at} /> },
            { id: "deeds", header: "", align: "right", cell: (key) => (mayWrite ? <Deeds tenant={slug} of={key} /> : null) },
          ]}
        />
      )}
    </>
  );
}

function Deeds({ tenant, of: { id, label, base_url, models } }: { tenant: string; of: ModelKeyDto }) {
  return (
    <div className="flex flex-wrap items-start justify-end gap-1">
      <ReadModels tenant={tenant} id={id} label={label} />
      <EditModelKey tenant={tenant} id={id} label={label} baseUrl={base_url} models={models.map(modelLine).join("\n")} />
      <RemoveModelKey tenant={tenant} id={id} label={label} />
    </div>
  );
}

function digestOf({ models }: ModelKeyDto): string {
  const first = models.slice(0, 3).map(({ name }) => name).join(", ");
  return models.length > 3 ? `${models.length}: ${first}, …` : first;
}

function sample(origin: string): string {
  return `curl ${origin}/api/v1/model_keys \\
  -H "Authorization: Bearer $STINT_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "label": "openai",
    "base_url": "https://api.openai.com/v1",
    "key": "sk-…"
  }'`;
}
