/** What mails are written with. Each part has its form in the text part, too: see `render.tsx`. */
import { Button } from "@react-email/button";
import { Heading } from "@react-email/heading";
import { Link } from "@react-email/link";
import { Section } from "@react-email/section";
import { Text } from "@react-email/text";
import type { ReactNode } from "react";
import { STYLES } from "@/lib/notifications/design/look";

/** The one sentence that a mail is about. */
export function Title({ children }: { children: ReactNode }) {
  return <Heading as="h1" className="title" style={STYLES.title}>{children}</Heading>;
}

export function Paragraph({ children }: { children: ReactNode }) {
  return <Text className="ink" style={STYLES.ink}>{children}</Text>;
}

/** What the mail is about, smaller. */
export function Aside({ children }: { children: ReactNode }) {
  return <Text className="small" style={STYLES.small}>{children}</Text>;
}

/** Labels up to this many characters stay on one line beside a day. */
const MOST_UNBROKEN = 26;
const MOMENT = /(\d{1,2} \p{L}+ \d{4},?|\d{2}:\d{2} UTC)/u;

/** Where there is little room, a day stays whole, and a time with its UTC. */
function keepMoments(value: string): ReactNode {
  return value.split(MOMENT).map((part, at) => (at % 2 === 1 ? <span key={at} style={STYLES.unbroken}>{part}</span> : part));
}

/** Labels and what was measured or charged, a line each; in the text part `label: value`. Rows that are null are left out. `sum` is the label of the row that counts most. */
export function Facts({ rows, sum }: { rows: ([label: string, value: string] | null)[]; sum?: string }) {
  const shown = rows.filter((row) => row !== null);
  return (
    <table className="facts" style={STYLES.facts} cellPadding={0} cellSpacing={0} border={0}>
      <tbody>
        {shown.map(([label, value], at) => (
          <tr className="fact" key={at}>
            <td className="label" style={{ ...STYLES.label, ...(label.length <= MOST_UNBROKEN ? STYLES.unbroken : {}), ...(label === sum ? STYLES.sum : {}) }}>{label}</td>
            <td className="value" style={label === sum ? { ...STYLES.value, ...STYLES.sum } : STYLES.value}>{keepMoments(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The one thing to do. */
export function Action({ label, url }: { label: string; url: string }) {
  return <Section style={{ margin: "24px 0" }}><Button href={url} className="action" style={STYLES.action}>{label}</Button></Section>;
}

/** Something else that can be opened, on a line of its own. */
export function Another({ label, url }: { label: string; url: string }) {
  return <Text className="ink" style={STYLES.ink}><Link href={url} className="link" style={STYLES.link}>{label}</Link></Text>;
}
