/**
 * Shares round trips: while one batch is in flight, everything asked meanwhile waits and goes together in the next.
 * Alone, a question goes at once; under load, many cost one. Answers come in the order of the questions.
 * @param askAll asks for all inputs at once and returns as many answers; when it fails, everybody in the batch fails
 * @param most inputs in one batch
 */
export function createBatcher<In, Out>(askAll: (inputs: In[]) => Promise<Out[]>, most: number): (input: In) => Promise<Out> {
  type Waiting = { input: In; resolve: (out: Out) => void; reject: (error: unknown) => void };
  const waiting: Waiting[] = [];
  let busy = false;

  const drain = async (): Promise<void> => {
    // What else is asked in this turn of the event loop comes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      try {
        const answers = await askAll(batch.map((one) => one.input));
        batch.forEach((one, index) => {
          const answer = answers[index];
          if (answer === undefined) one.reject(new Error("The batch has no answer for this question."));
          else one.resolve(answer);
        });
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    busy = false;
  };

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (busy) return;
      busy = true;
      void drain();
    });
}
