import { clsx, type ClassValue } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

// Our own sizes look like colours to tailwind-merge (`text-…`), so a size would swallow a colour unless it is told.
const merge = extendTailwindMerge<"measured">({
  extend: {
    classGroups: { "font-size": [{ text: ["lead", "title", "display"] }], measured: ["measured"] },
  },
});

/** Joins class names; of two Tailwind classes for the same property the later one wins. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
