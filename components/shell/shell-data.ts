/** What the frame around every page of the application is told, as plain data. */
export type ShellUser = { name: string; email: string; isStaff: boolean };

export type ShellTenant = {
  slug: string;
  name: string;
  /** The plan's name as people read it: "Free". */
  plan: string;
  /** Whether this member may enter the billing pages. */
  billing: boolean;
};

/** Agent-minutes of the period in milliseconds; no cap is `null`. */
export type ShellGauge = { usedMs: number; capMs: number | null };

export type SignOutAction = (formData: FormData) => Promise<void>;
