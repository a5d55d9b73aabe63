/**
 * A backup is a gzipped text that psql could run in an emergency: for each table a COPY block, and comments that carry
 * what is needed to prove it whole. The first line is the manifest, the last one the seal.
 */
import { z } from "zod";

export const FORMAT = 1;

const HEAD = "-- stint-backup ";
const TABLE_END = "-- table-end ";
const SEAL = "-- stint-backup-end ";
/** Ends a COPY block. A row can never be this line: a backslash in data is doubled. */
export const COPY_END = "\\.";

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  created_at: z.string(),
  postgres: z.string(),
  /** Names of the migrations applied, oldest first. */
  migrations: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
});
const tableEndSchema = z.object({ name: z.string(), rows: z.number(), sha256: z.string() });
const sealSchema = z.object({
  tables: z.number(),
  rows: z.number(),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), is_called: z.boolean() })),
  /** Over the checksums of the tables, in order. */
  sha256: z.string(),
});

export type Manifest = z.output<typeof manifestSchema>;
export type TableEnd = z.output<typeof tableEndSchema>;
export type Seal = z.output<typeof sealSchema>;
export type TableShape = Manifest["tables"][number];

export const writeManifest = (manifest: Manifest): string => `${HEAD}${JSON.stringify(manifest)}\n`;
export const writeTableEnd = (end: TableEnd): string => `${TABLE_END}${JSON.stringify(end)}\n`;
export const writeSeal = (seal: Seal): string => `${SEAL}${JSON.stringify(seal)}\n`;

/** The value in such a line, or null when the line is none or not whole. */
export const readManifest = (line: string): Manifest | null => readComment(line, HEAD, manifestSchema);
export const readTableEnd = (line: string): TableEnd | null => readComment(line, TABLE_END, tableEndSchema);
export const readSeal = (line: string): Seal | null => readComment(line, SEAL, sealSchema);

function readComment<Schema extends z.ZodType>(line: string, prefix: string, schema: Schema): z.output<Schema> | null {
  if (!line.startsWith(prefix)) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(line.slice(prefix.length)));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
