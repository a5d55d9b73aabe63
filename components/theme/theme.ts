/** Light, dark, or whatever the reader's system says. */
export type Theme = "light" | "dark" | "system";

/** Holds the reader's choice; absent while the system decides. Not secret, readable by scripts. */
export const THEME_COOKIE = "stint_theme";

/** The choice in a cookie's value; anything unknown is the system's. */
export function parseTheme(value: string | undefined): Theme {
  return value === "light" || value === "dark" ? value : "system";
}
