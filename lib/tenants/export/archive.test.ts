import { expect, test } from "vitest";
import { unzip } from "@/e2e/fixtures/unzip";
import { streamArchive } from "@/lib/tenants/export/archive";

const never = (error: unknown): never => {
  throw error;
};
const fileOf = (name: string, ...parts: string[]) => ({ name, read: async function* () { for (const part of parts) yield Buffer.from(part); } });
const bytesOf = async (stream: ReadableStream<Uint8Array>): Promise<Buffer> => Buffer.from(await new Response(stream).arrayBuffer());

/** A file without end, of bytes that do not compress, that knows how far it was read. */
function endless() {
  const seen = { parts: 0, ended: false };
  async function* read(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        seen.parts += 1;
        yield Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)));
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, file: { name: "endless.bin", read } };
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("the files come out as they went in, empty ones too, each opened after the one before", async () => {
  const order: string[] = [];
  const files = [fileOf("one.jsonl", '{"a":1}\n', '{"a":"ü"}\n'), fileOf("empty.jsonl"), fileOf("big.jsonl", ...Array.from({ length: 200 }, (_, at) => `${at} ${"x".repeat(5_000)}\n`))];
  const watched = files.map((file) => ({ ...file, read: async function* () { order.push(`open ${file.name}`); yield* file.read(); order.push(`end ${file.name}`); } }));
  const found = unzip(await bytesOf(streamArchive(watched, never)));
  expect([...found.keys()]).toEqual(["one.jsonl", "empty.jsonl", "big.jsonl"]);
  expect(found.get("one.jsonl")).toBe('{"a":1}\n{"a":"ü"}\n');
  expect(found.get("empty.jsonl")).toBe("");
  expect(found.get("big.jsonl")).toHaveLength(Array.from({ length: 200 }, (_, at) => `${at} `.length + 5_001).reduce((sum, size) => sum + size, 0));
  expect(order).toEqual(files.flatMap(({ name }) => [`open ${name}`, `end ${name}`]));
});

test("no further than the receiver has taken, and no longer than it is there", async () => {
  const { seen, file } = endless();
  const reader = streamArchive([file], never).getReader();
  await reader.read();
  await rest(200);
  const ahead = seen.parts;
  expect(ahead).toBeLessThan(20);
  await rest(100);
  expect(seen.parts).toBe(ahead);
  await reader.cancel();
  await rest(100);
  expect(seen.ended).toBe(true);
  expect(seen.parts).toBeLessThanOrEqual(ahead + 1);
});

test("a file that fails breaks the stream and is told", async () => {
  const failures: unknown[] = [];
  const broken = { name: "broken.jsonl", read: async function* () { yield Buffer.from("half"); throw new Error("the database is away"); } };
  await expect(bytesOf(streamArchive([fileOf("one.jsonl", "a"), broken, fileOf("two.jsonl", "b")], (error) => failures.push(error)))).rejects.toThrow();
  expect(failures).toMatchObject([{ message: "the database is away" }]);
});
