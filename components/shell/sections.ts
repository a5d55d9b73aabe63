import { Activity, Bot, CalendarClock, ChartNoAxesColumn, CircleUser, CreditCard, Gauge, House, KeyRound, ScrollText, Settings, ShieldCheck, Users, Webhook, Wrench, type LucideIcon } from "lucide-react";

export type Section = {
  label: string;
  href: string;
  icon: LucideIcon;
  /** Marked only on exactly this page, not on pages below it. */
  exact?: boolean;
  /** Marked on this address and the pages below it, too. */
  under?: string;
  /** Shown only to those who may enter. */
  billing?: true;
};

/** The sections of a workspace that this member may enter, in the order of the sidebar. A new section is a line here. */
export function tenantSections(slug: string, { billing }: { billing: boolean }): Section[] {
  const base = `/t/${slug}`;
  const sections: Section[] = [
    { label: "Overview", href: base, icon: House, exact: true },
    { label: "Agents", href: `${base}/agents`, icon: Bot },
    { label: "Tools", href: `${base}/tools`, icon: Wrench },
    { label: "Runs", href: `${base}/runs`, icon: Activity },
    { label: "Schedules", href: `${base}/schedules`, icon: CalendarClock },
    { label: "API keys", href: `${base}/keys`, icon: KeyRound },
    { label: "Webhooks", href: `${base}/webhooks`, icon: Webhook },
    { label: "Usage", href: `${base}/usage`, icon: ChartNoAxesColumn },
    { label: "Caps", href: `${base}/caps`, icon: Gauge },
    { label: "Team", href: `${base}/team`, icon: Users },
    { label: "Billing", href: `${base}/billing`, icon: CreditCard, billing: true },
    { label: "Audit log", href: `${base}/audit`, icon: ScrollText },
    { label: "Settings", href: `${base}/settings`, icon: Settings },
  ];
  return sections.filter((section) => billing || !section.billing);
}

/** The sections of the staff's back office. */
export function adminSections({ billing }: { billing: boolean }): Section[] {
  const sections: Section[] = [
    { label: "Tenants", href: "/admin", icon: Users, exact: true, under: "/admin/tenants" },
    { label: "Billing", href: "/admin/billing", icon: CreditCard, billing: true },
    { label: "Platform", href: "/admin/platform", icon: Gauge },
  ];
  return sections.filter((section) => billing || !section.billing);
}

/** The pages about the signed-in user. */
export function accountSections(): Section[] {
  return [
    { label: "Profile", href: "/account", icon: CircleUser, exact: true },
    { label: "Security", href: "/account/security", icon: ShieldCheck, under: "/account/two-factor" },
  ];
}

/** Whether a section is the one that `pathname` belongs to. */
export function isActiveSection(section: Pick<Section, "href" | "exact" | "under">, pathname: string): boolean {
  return pathname === section.href || (!section.exact && pathname.startsWith(`${section.href}/`)) || (section.under !== undefined && (pathname === section.under || pathname.startsWith(`${section.under}/`)));
}
