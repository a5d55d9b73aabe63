import { Plus } from "lucide-react";
import type { ReactNode } from "react";

export type Question = { question: string; answer: ReactNode };

/** Questions that open, without scripts. */
export function Faq({ questions }: { questions: Question[] }) {
  return (
    <div className="max-w-[800px] border-t">
      {questions.map(({ question, answer }) => (
        <details key={question} className="group border-b">
          <summary className="flex min-h-14 list-none items-center justify-between gap-6 py-3 text-base font-medium [&::-webkit-details-marker]:hidden">
            {question}
            <Plus aria-hidden="true" className="size-4 shrink-0 text-muted transition-transform group-open:rotate-45" />
          </summary>
          <div className="max-w-[64ch] pb-6 text-base text-muted text-pretty">{answer}</div>
        </details>
      ))}
    </div>
  );
}
