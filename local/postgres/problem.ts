/** A failure that is expected to happen to people. Its message is one line that says what to do; show it without a stack. */
export class PostgresProblem extends Error {
  override name = "PostgresProblem";
}
