import type { ReactNode } from "react";
import { createAgentExample, LANGUAGES, runExample, usageExample, type Example } from "@/components/marketing/api-examples";
import { CodeBlock } from "@/components/ui/code-block";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";

type Step = { title: string; text: ReactNode; example: Example };

function steps(origin: string): Step[] {
  return [
    {
      title: "Describe an agent",
      text: "A model, instructions, and the slug your program will call it by. In the browser, or with a key that has the scope agents:write.",
      example: createAgentExample(origin),
    },
    {
      title: "Run it on an input",
      text: "A run waits for a free slot, then a worker executes it step by step. Wait for the answer, stream it, or ask later. Waiting in the queue is not billed.",
      example: runExample(origin),
    },
    {
      title: "See what it used",
      text: "Every run says its milliseconds, tokens and model spend. The same milliseconds add up to your usage page and to your bill.",
      example: usageExample(origin),
    },
  ];
}

/** What a run is, in three steps with the code that does them. */
export function RunSteps({ origin }: { origin: string }) {
  const all = steps(origin);
  return (
    <Tabs defaultValue="curl">
      <TabsList label="Language" className="mb-8">
        {LANGUAGES.map((language) => (
          <TabsTrigger key={language.id} value={language.id}>
            {language.name}
          </TabsTrigger>
        ))}
      </TabsList>
      {LANGUAGES.map((language) => (
        <TabsContent key={language.id} value={language.id}>
          <ol className="grid gap-10">
            {all.map((step, index) => (
              <li key={step.title} className="grid gap-4 md:grid-cols-[minmax(0,1fr)_minmax(0,2fr)] md:gap-10">
                <div className="border-l border-line-strong pl-4 md:pt-1">
                  <h3 className="text-base">
                    <span className="measured mr-3 font-normal text-muted">{index + 1}</span>
                    {step.title}
                  </h3>
                  <p className="mt-2 text-sm text-muted">{step.text}</p>
                </div>
                <CodeBlock code={step.example[language.id]} title={language.name} />
              </li>
            ))}
          </ol>
        </TabsContent>
      ))}
    </Tabs>
  );
}
