/** Words that would collide with pages or mislead in an address. */
const RESERVED = new Set(["admin", "api", "app", "new", "settings", "stint", "support", "www", "status", "docs"]);

/** A slug made from a name: lower-case ASCII words joined by hyphens, 2 to 40 characters, never reserved. */
export function slugFromName(name: string): string {
  const words = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  const slug = words.slice(0, 40).replace(/-+$/, "");
  if (slug.length < 2) return "workspace";
  return RESERVED.has(slug) ? `${slug}-workspace` : slug;
}

/** Why a slug cannot be a workspace's, or null. */
export function slugFault(slug: string): string | null {
  if (slug.length < 2) return "Use at least 2 characters.";
  if (slug.length > 48) return "Use at most 48 characters.";
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug)) return "Use lower-case letters, digits and single hyphens.";
  return RESERVED.has(slug) ? "This word is kept for the product itself. Choose another one." : null;
}
