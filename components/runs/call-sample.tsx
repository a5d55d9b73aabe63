import { curlOf } from "@/components/runs/curl";
import { CodeBlock } from "@/components/ui/code-block";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";

/** The call that runs an agent, waiting for its end or streaming it, ready to copy. */
export function CallSample({ origin, agent }: { origin: string; agent: string }) {
  return (
    <Tabs defaultValue="wait">
      <TabsList label="How to call the agent">
        <TabsTrigger value="wait">Wait for the answer</TabsTrigger>
        <TabsTrigger value="stream">Stream it</TabsTrigger>
      </TabsList>
      <TabsContent value="wait" className="pt-4">
        <CodeBlock title="curl" code={curlOf(origin, agent, "Your text.", "wait")} />
      </TabsContent>
      <TabsContent value="stream" className="pt-4">
        <CodeBlock title="curl" code={curlOf(origin, agent, "Your text.", "stream")} />
      </TabsContent>
    </Tabs>
  );
}
