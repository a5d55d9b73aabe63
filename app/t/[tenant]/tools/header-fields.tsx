"use client";

import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";

type Row = { key: number; name: string; value: string; stored: boolean };

/**
 * Headers with secret values. What is stored is never shown: a value that is typed replaces it, and one that is left alone
 * stays. They are sent as one field of JSON, by a name that is not given back to the page.
 */
export function HeaderFields({ stored, error }: { stored: readonly string[]; error?: string | undefined }) {
  const [rows, setRows] = useState<Row[]>(() => stored.map((name, key) => ({ key, name, value: "", stored: true })));
  const [removed, setRemoved] = useState<string[]>([]);
  const [next, setNext] = useState(stored.length);
  const change = (key: number, part: Partial<Row>) => setRows((before) => before.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const sent = Object.fromEntries([
    ...removed.map((name) => [name, null] as const),
    ...rows.filter((row) => (row.stored ? row.value !== "" : row.name !== "" || row.value !== "")).map((row) => [row.name.trim(), row.value] as const),
  ]);
  return (
    <fieldset className="grid grid-cols-1 gap-3">
      <legend className="mb-1 text-sm font-medium">Headers</legend>
      <p className="text-xs text-muted">For keys and tokens, such as Authorization. Values are encrypted, never shown again, and never told to a model.</p>
      {rows.map((row, at) => (
        <div key={row.key} className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2 sm:grid-cols-[minmax(0,12rem)_minmax(0,1fr)_auto]">
          <label className="grid gap-1 text-xs text-muted">
            <span>Name<span className="sr-only"> of header {at + 1}</span></span>
            <Input className="font-mono" placeholder="Authorization" value={row.name} readOnly={row.stored} onChange={(event) => change(row.key, { name: event.target.value })} />
          </label>
          <label className="grid gap-1 text-xs text-muted max-sm:order-last max-sm:col-span-2">
            <span>Value<span className="sr-only"> of header {at + 1}</span></span>
            <Input className="font-mono" autoComplete="off" value={row.value} placeholder={row.stored ? "stored; type to replace" : "Bearer …"} onChange={(event) => change(row.key, { value: event.target.value })} />
          </label>
          <Button
            variant="ghost" size="icon" aria-label={`Remove header ${at + 1}`}
            onClick={() => {
              setRows((before) => before.filter(({ key }) => key !== row.key));
              if (row.stored) setRemoved((before) => [...before, row.name]);
            }}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      ))}
      {error ? <p role="alert" className="text-xs text-bad">{error}</p> : null}
      <div>
        <Button
          size="sm"
          onClick={() => {
            setRows((before) => [...before, { key: next, name: "", value: "", stored: false }]);
            setNext((before) => before + 1);
          }}
        >
          <Plus aria-hidden="true" />
          Add header
        </Button>
      </div>
      <input type="hidden" name="secret_headers" value={JSON.stringify(sent)} />
    </fieldset>
  );
}
