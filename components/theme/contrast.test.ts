import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Half = "light" | "dark";

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");

/** Every `--name: light-dark(#light, #dark);` of the stylesheet. */
function readTokens(): Map<string, Record<Half, string>> {
  const tokens = new Map<string, Record<Half, string>>();
  for (const [, name, light, dark] of css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)) {
    if (name && light && dark) tokens.set(name, { light, dark });
  }
  return tokens;
}

/** WCAG 2.2 relative luminance of `#rrggbb`. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const tokens = readTokens();

function pairContrast(front: string, back: string, half: Half): number {
  const a = tokens.get(front);
  const b = tokens.get(back);
  if (!a || !b) throw new Error(`no token --${a ? back : front} in globals.css`);
  return contrast(a[half], b[half]);
}

const GROUNDS = ["paper", "surface", "sunken"];
const TEXT: [string, string][] = [
  ...["ink", "muted", "faint", "accent-ink", "ok", "warn", "bad"].flatMap((front) => GROUNDS.map((back): [string, string] => [front, back])),
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["on-bad", "bad-solid"],
  ["accent-ink", "accent-wash"],
  ["ok", "ok-wash"],
  ["warn", "warn-wash"],
  ["bad", "bad-wash"],
  ["ink", "accent-wash"],
  ["ink", "warn-wash"],
  ["ink", "bad-wash"],
  ["ink", "ok-wash"],
  ["paper", "ink"],
];
const EDGES: [string, string][] = [
  ...GROUNDS.slice(0, 2).map((back): [string, string] => ["control", back]),
  ...GROUNDS.slice(0, 2).map((back): [string, string] => ["accent-ink", back]),
];

describe.each<Half>(["light", "dark"])("contrast, %s", (half) => {
  it.each(TEXT)("text %s on %s is at least 4.5:1", (front, back) => {
    expect(pairContrast(front, back, half)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(EDGES)("edge %s on %s is at least 3:1", (front, back) => {
    expect(pairContrast(front, back, half)).toBeGreaterThanOrEqual(3);
  });
});

it("computes as WCAG does", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});
