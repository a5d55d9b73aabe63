import type { SMTPServer } from "smtp-server";

/** Opens an SMTP server on a port and resolves with the port it got. Rejects when it cannot be had. */
export function listenSmtp(smtp: SMTPServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    smtp.once("error", reject);
    const server = smtp.listen(port, host, () => {
      smtp.off("error", reject);
      // A client that hangs up in mid-sentence must not end the process.
      smtp.on("error", (cause) => process.stderr.write(`smtp: ${cause.message}\n`));
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the SMTP server has no TCP address"));
      else resolve(address.port);
    });
  });
}
