import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { VERIFY_SNIPPET } from "@/components/webhooks/verify-snippet";

/** A signing secret that was just made: the only time it is seen. */
export function NewWebhookSecret({ secret, rotated = false }: { secret: string; rotated?: boolean }) {
  return (
    <div className="grid min-w-0 gap-6">
      <Notice tone="warn" title="Copy it now">
        {rotated ? "It is shown this once. For 24 hours deliveries are signed with both secrets; put the new one in place until then." : "It is shown this once. With it your endpoint checks that a delivery comes from us."}
      </Notice>
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken p-3">
        <code data-testid="webhook-secret" className="min-w-0 flex-1 font-mono break-all">{secret}</code>
        <CopyButton text={secret} label="Copy secret" look="words" />
      </div>
      <CodeBlock title="Check a delivery (TypeScript)" code={VERIFY_SNIPPET} />
      <DialogFooter>
        <DialogClose asChild>
          <Button variant="primary">I have copied it</Button>
        </DialogClose>
      </DialogFooter>
    </div>
  );
}
