/** Raw rows of the ledger are kept for so long, by whole months. */
export const RAW_DAYS = 90;
