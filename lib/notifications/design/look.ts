/** The look of the product where no stylesheet can be relied on: light inline, dark by a media query for the clients that know one. */

const SANS = 'Geist, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';
const MONO = '"Geist Mono", ui-monospace, SFMono-Regular, Menlo, Consolas, monospace';

/** The colours of app/globals.css that a mail uses. */
const LIGHT = { paper: "#faf9f5", ink: "#1a1814", muted: "#57524a", line: "#e6e2d9", accent: "#ff5f1f", onAccent: "#1c0d04" };
const DARK = { paper: "#11100e", ink: "#f3f0e9", muted: "#b3ada1", line: "#2c2924", accent: "#ff6d33", onAccent: "#1c0d04" };

/** Inline styles by what they are for. A class of the same name carries the dark colours. */
export const STYLES = {
  paper: { backgroundColor: LIGHT.paper, color: LIGHT.ink, margin: 0, padding: "32px 16px", fontFamily: SANS, fontSize: "14px", lineHeight: "22px", WebkitTextSizeAdjust: "100%" },
  column: { width: "100%", maxWidth: "520px" },
  logo: { color: LIGHT.ink, margin: "0 0 24px", fontSize: "16px", lineHeight: "24px", fontWeight: 600, letterSpacing: "-0.01em" },
  tick: { color: LIGHT.accent, fontWeight: 700 },
  title: { color: LIGHT.ink, margin: "0 0 8px", fontSize: "16px", lineHeight: "24px", fontWeight: 600 },
  ink: { color: LIGHT.ink, margin: "0 0 16px", fontSize: "14px", lineHeight: "22px", overflowWrap: "anywhere" },
  facts: { width: "100%", margin: "0 0 16px", borderTop: `1px solid ${LIGHT.line}`, borderCollapse: "collapse" },
  label: { color: LIGHT.muted, borderBottom: `1px solid ${LIGHT.line}`, padding: "7px 16px 7px 0", verticalAlign: "top", textAlign: "left", fontSize: "14px", lineHeight: "22px", overflowWrap: "anywhere" },
  value: { color: LIGHT.ink, borderBottom: `1px solid ${LIGHT.line}`, padding: "7px 0", verticalAlign: "top", textAlign: "right", fontFamily: MONO, fontSize: "13px", lineHeight: "22px", fontVariantNumeric: "tabular-nums" },
  sum: { fontWeight: 700 },
  unbroken: { whiteSpace: "nowrap" },
  action: { backgroundColor: LIGHT.accent, color: LIGHT.onAccent, padding: "11px 16px", borderRadius: "6px", fontSize: "14px", fontWeight: 500 },
  link: { color: LIGHT.ink, textDecoration: "underline" },
  foot: { borderTop: `1px solid ${LIGHT.line}`, color: LIGHT.muted, margin: "32px 0 0", padding: "16px 0 0", fontSize: "12px", lineHeight: "18px" },
  small: { color: LIGHT.muted, margin: "0 0 12px", fontSize: "12px", lineHeight: "18px", overflowWrap: "anywhere" },
} as const;

/** On the smallest screens every line may break. A client that knows no media query keeps the inline colours; all of them lie on paper of their own. React Email's body has its style on a cell, too. */
export const MAIL_STYLESHEET = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.paper,.paper>table>tbody>tr>td{background-color:${DARK.paper}!important;color:${DARK.ink}!important}
.logo,.title,.ink,.link,.value{color:${DARK.ink}!important}
.label,.foot,.small{color:${DARK.muted}!important}
.label,.value{border-bottom-color:${DARK.line}!important}
.facts,.foot{border-top-color:${DARK.line}!important}
.tick{color:${DARK.accent}!important}
.action{background-color:${DARK.accent}!important;color:${DARK.onAccent}!important}
}
@media (max-width:359px){.label,.value span{white-space:normal!important}}`;
