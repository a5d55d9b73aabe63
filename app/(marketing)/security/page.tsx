import type { Metadata } from "next";
import { Container, TextPageHeader } from "@/components/marketing/container";
import { Code, Prose } from "@/components/marketing/prose";

export const metadata: Metadata = {
  title: "Security",
  description: "How Stint keeps keys, passwords and workspaces apart, and what it does not do.",
  alternates: { canonical: "/security" },
};

export default function SecurityPage() {
  return (
    <Container className="pb-24">
      <TextPageHeader title="How it is kept apart." lead="What the code does today, and what it does not." />
      <Prose>
        <h2>Between workspaces</h2>
        <p>
          Every row that belongs to a workspace carries its id, and PostgreSQL’s row-level security lets a connection see one workspace at a time. The application’s own
          database role owns no tables and cannot switch this off. Without a workspace set, it sees nothing. Another workspace’s object is <Code>404</Code>, as if it did not exist.
        </p>
        <h2>Keys and passwords</h2>
        <ul>
          <li>An API key is 32 random bytes with a checksum. It is shown once; what is stored is its SHA-256 hash.</li>
          <li>A key carries scopes. A revoked key stops working within a second.</li>
          <li>Passwords are stored as Argon2id hashes. Signing up answers the same whether or not the address is known.</li>
          <li>Common and leaked passwords are refused. Wrong ones lock the account for where they come from, longer each time; its owner gets in from elsewhere, or by a mailed link.</li>
          <li>Two-factor authentication with an authenticator app and recovery codes, which a workspace can require of its members. Its secrets are sealed with AES-256-GCM.</li>
          <li>Every browser that is signed in is listed, and each can be signed out, or all at once.</li>
          <li>When the store of the limits is away, attempts to sign in are refused rather than let through.</li>
        </ul>
        <h2>What is kept</h2>
        <p>
          Inputs and outputs of runs are stored in the database of this installation and sent to the model endpoint that its operator configured. Logs carry request, workspace
          and run ids; not keys, inputs or outputs. Counters and the ledger that bills are kept without contents. A workspace says for how many days its inputs and outputs are
          kept, can take everything it owns along as an archive, and can be deleted: 30 days later nothing of it is left in the database.
        </p>
        <h2>What it does not have</h2>
        <ul>
          <li>No SOC 2, ISO 27001 or other audit report.</li>
          <li>No SAML single sign-on and no passkeys.</li>
          <li>No encryption of its own for inputs and outputs at rest; that is the disk’s or the database provider’s.</li>
        </ul>
        <h2>Telling us</h2>
        <p>Found a way in? Tell the operator of this installation privately, with the steps that show it, before anybody else. A flaw in the code concerns everybody who runs it.</p>
      </Prose>
    </Container>
  );
}
