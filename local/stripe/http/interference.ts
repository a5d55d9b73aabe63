/** What calls of the API meet on purpose. */
export interface Interference {
  /** So many calls are answered with 503 and do nothing. */
  fail_calls: number;
  /** So many calls are done, and their answers lost. */
  lose_answers: number;
}
