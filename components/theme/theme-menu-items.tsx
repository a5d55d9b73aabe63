"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { parseTheme } from "@/components/theme/theme";
import { useTheme } from "@/components/theme/use-theme";
import { DropdownMenuLabel, DropdownMenuRadioGroup, DropdownMenuRadioItem } from "@/components/ui/dropdown-menu";

/** The theme's three choices, for inside a `DropdownMenuContent`. The menu stays open, so that the effect is seen. */
export function ThemeMenuItems() {
  const [theme, setTheme] = useTheme();
  const stay = (event: Event) => event.preventDefault();
  return (
    <>
      <DropdownMenuLabel>Theme</DropdownMenuLabel>
      <DropdownMenuRadioGroup value={theme} onValueChange={(value) => setTheme(parseTheme(value))}>
        <DropdownMenuRadioItem value="system" onSelect={stay}>
          <Monitor aria-hidden="true" />
          As the system
        </DropdownMenuRadioItem>
        <DropdownMenuRadioItem value="light" onSelect={stay}>
          <Sun aria-hidden="true" />
          Light
        </DropdownMenuRadioItem>
        <DropdownMenuRadioItem value="dark" onSelect={stay}>
          <Moon aria-hidden="true" />
          Dark
        </DropdownMenuRadioItem>
      </DropdownMenuRadioGroup>
    </>
  );
}
