import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";

/** A secret that was just made: the only time it is seen. */
export function NewSecret({ secret, origin }: { secret: string; origin: string }) {
  return (
    <div className="grid min-w-0 gap-6">
      <Notice tone="warn" title="Copy it now">It is shown this once. We keep only a hash and cannot show it again.</Notice>
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken p-3">
        <code data-testid="key-secret" className="min-w-0 flex-1 font-mono break-all">{secret}</code>
        <CopyButton text={secret} label="Copy key" look="words" />
      </div>
      <CodeBlock title="Try it" code={`export STINT_API_KEY=${secret}\ncurl ${origin}/api/v1/me -H "Authorization: Bearer $STINT_API_KEY"`} />
      <DialogFooter>
        <DialogClose asChild>
          <Button variant="primary">I have copied it</Button>
        </DialogClose>
      </DialogFooter>
    </div>
  );
}
