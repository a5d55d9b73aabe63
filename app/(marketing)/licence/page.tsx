import type { Metadata } from "next";
import { Container, TextPageHeader } from "@/components/marketing/container";
import { Code, Prose } from "@/components/marketing/prose";

export const metadata: Metadata = {
  title: "Licence",
  description: "Stint is open source under the Apache License, version 2.0.",
  alternates: { canonical: "/licence" },
};

export default function LicencePage() {
  return (
    <Container className="pb-24">
      <TextPageHeader title="Open source, Apache-2.0." lead="Stint is licensed under the Apache License, version 2.0." />
      <Prose>
        <p>You may run it for any purpose, on any machine, for as many people as you like. You may read, change, share and sell it. No feature is held back from the self-hosted copy.</p>
        <p>Whoever passes it on keeps the licence and the notices with it and says what was changed. The licence also grants the patents that the code needs.</p>
        <p>It comes without warranty. This page is a summary and not the licence.</p>
        <p>
          The full text is in the file <Code>LICENSE</Code> of the repository and at{" "}
          <a href="https://www.apache.org/licenses/LICENSE-2.0" rel="noreferrer">
            apache.org/licenses/LICENSE-2.0
          </a>
          . The Geist typefaces are under the SIL Open Font License 1.1.
        </p>
      </Prose>
    </Container>
  );
}
