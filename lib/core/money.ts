/** One US dollar in micro-dollars, the unit of model spend. */
export const MICROS_PER_DOLLAR = 1_000_000;
/** One US cent in micro-dollars. */
export const MICROS_PER_CENT = 10_000;

/**
 * List price of a number of tokens, in micro-dollars, rounded up: the platform never books less than it may owe.
 * @param tokens whole tokens
 * @param microsPerMillion price of one million tokens, in micro-dollars
 */
export function tokenCostMicros(tokens: number, microsPerMillion: number): number {
  return Math.ceil((tokens * microsPerMillion) / 1_000_000);
}
