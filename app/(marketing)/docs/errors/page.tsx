import type { Metadata } from "next";
import { TextPageHeader } from "@/components/marketing/container";
import { DocsLayout } from "@/components/marketing/docs-layout";
import { FactTable } from "@/components/marketing/fact-table";
import { TextWithCode } from "@/components/marketing/prose";
import { ERROR_CODES } from "@/lib/core/errors";

export const metadata: Metadata = {
  title: "Error codes",
  description: "Every code the API answers with, its HTTP status, and what to do about it.",
  alternates: { canonical: "/docs/errors" },
};

export default function ErrorCodesPage() {
  const rows = Object.entries(ERROR_CODES).map(([code, { status, help }]) => ({ id: code, name: `${status} ${code}`, text: <TextWithCode text={help} /> }));
  return (
    <DocsLayout>
      <TextPageHeader title="Error codes" lead="A code does not change its meaning. The message beside it may." />
      <FactTable caption="Error codes" head={["Status and code", "Meaning"]} rows={rows} />
    </DocsLayout>
  );
}
