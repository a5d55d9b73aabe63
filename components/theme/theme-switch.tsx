"use client";

import { Monitor, Moon, Sun, type LucideIcon } from "lucide-react";
import type { Theme } from "@/components/theme/theme";
import { useTheme } from "@/components/theme/use-theme";

const CHOICES: { theme: Theme; label: string; icon: LucideIcon }[] = [
  { theme: "system", label: "Theme of the system", icon: Monitor },
  { theme: "light", label: "Light theme", icon: Sun },
  { theme: "dark", label: "Dark theme", icon: Moon },
];

/** Three small buttons for the theme, for the foot of public pages and the phone's menu. */
export function ThemeSwitch() {
  const [theme, setTheme] = useTheme();
  return (
    <div role="group" aria-label="Theme" className="inline-flex gap-0.5 rounded-md border p-0.5">
      {CHOICES.map(({ theme: choice, label, icon: Icon }) => (
        <button
          key={choice}
          type="button"
          aria-pressed={theme === choice}
          aria-label={label}
          title={label}
          onClick={() => setTheme(choice)}
          className="grid size-7 place-items-center rounded-sm text-faint transition-colors hover:text-ink aria-pressed:bg-sunken aria-pressed:text-ink"
        >
          <Icon aria-hidden="true" className="size-3.5" />
        </button>
      ))}
    </div>
  );
}
