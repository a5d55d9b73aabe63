/** Where the public pages' header and footer lead. */
export const HEADER_LINKS = [
  { href: "/pricing", label: "Pricing" },
  { href: "/docs", label: "Docs" },
  { href: "/status", label: "Status" },
] as const;

export const FOOTER_LINKS = [
  { href: "/docs", label: "Docs" },
  { href: "/docs/api", label: "API reference" },
  { href: "/docs/errors", label: "Error codes" },
  { href: "/pricing", label: "Pricing" },
  { href: "/status", label: "Status" },
  { href: "/security", label: "Security" },
  { href: "/licence", label: "Licence" },
] as const;
