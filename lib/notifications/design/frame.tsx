import { Body } from "@react-email/body";
import { Container } from "@react-email/container";
import { Head } from "@react-email/head";
import { Html } from "@react-email/html";
import { Preview } from "@react-email/preview";
import { Section } from "@react-email/section";
import { Text } from "@react-email/text";
import type { ReactNode } from "react";
import { MAIL_STYLESHEET, STYLES } from "@/lib/notifications/design/look";

type Frame = {
  subject: string;
  /** What an inbox shows beside the subject. */
  preview: string;
  /** Why this person gets this mail, or how long its link works. */
  footer: string;
  /** Where the button leads, for whom it does not work. */
  url: string;
  children: ReactNode;
};

/** Paper, the ticks, what the mail says, and the small print. No image, no font and no script is fetched. */
export function MailFrame({ subject, preview, footer, url, children }: Frame) {
  return (
    <Html lang="en">
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{subject}</title>
        <style dangerouslySetInnerHTML={{ __html: MAIL_STYLESHEET }} />
      </Head>
      <Preview>{preview}</Preview>
      <Body className="paper" style={STYLES.paper}>
        <Container className="paper-column" style={STYLES.column}>
          <Text className="logo" style={STYLES.logo} data-skip-in-text="true"><span aria-hidden="true">||||<span className="tick" style={STYLES.tick}>|</span> </span>Stint</Text>
          {children}
          <Section className="foot" style={STYLES.foot}>
            <Text className="small" style={STYLES.small}>{footer}</Text>
            <Text className="small" style={STYLES.small} data-skip-in-text="true">The button does not work? Copy this address:<br />{url}</Text>
          </Section>
        </Container>
      </Body>
    </Html>
  );
}
