"use client";

import { HeaderFields } from "@/app/t/[tenant]/tools/header-fields";
import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { fieldError, typedValue, type ActionState } from "@/lib/http/action-state";
import { DEFAULT_ANSWER_BYTES, DEFAULT_TIMEOUT_S, HTTP_METHODS, type ToolDto } from "@/lib/tools/schema";

const EMPTY_SCHEMA = { type: "object", properties: {}, required: [] };

/** The fields of a tool, new or as it is. What was typed into a form that came back stays. */
export function ToolFields({ kind, state, tool }: { kind: "http" | "mcp"; state: ActionState; tool?: ToolDto }) {
  const came = state.status === "invalid" || state.status === "failed";
  const at = (name: string, stored: string | number) => (came ? typedValue(state, name) : String(stored));
  return (
    <>
      <input type="hidden" name="kind" value={kind} />
      <TextField
        label="Name" name="name" required className="[&_input]:font-mono" placeholder={kind === "http" ? "find_order" : "files"} defaultValue={at("name", tool?.name ?? "")} error={fieldError(state, "name")}
        hint={kind === "http" ? "What the model calls it: letters, digits, _ and -." : "Goes before the names of the server’s tools: files__read."}
      />
      <TextareaField
        label="Description" name="description" required rows={3} defaultValue={at("description", tool?.description ?? "")} error={fieldError(state, "description")}
        hint={kind === "http" ? "What it does and when to use it. The model reads this." : "What the server is for. Its own descriptions are what the model reads."}
      />
      {kind === "http" ? (
        <div className="grid grid-cols-1 gap-6 sm:grid-cols-[8rem_minmax(0,1fr)] sm:gap-3">
          <SelectField label="Method" name="method" defaultValue={at("method", tool?.method ?? "GET")} key={`${state.status} ${at("method", tool?.method ?? "GET")}`} error={fieldError(state, "method")}>
            {HTTP_METHODS.map((method) => <option key={method}>{method}</option>)}
          </SelectField>
          <TextField
            label="Address" name="url" required className="[&_input]:font-mono" placeholder="https://api.example.com/orders/{number}" defaultValue={at("url", tool?.url ?? "")} error={fieldError(state, "url")}
            hint="{name} stands for an argument, in the path or the query. Other arguments go into the query or, with POST, PUT and PATCH, a JSON body."
          />
        </div>
      ) : (
        <TextField
          label="Address" name="url" required className="[&_input]:font-mono" placeholder="https://mcp.example.com/mcp" defaultValue={at("url", tool?.url ?? "")} error={fieldError(state, "url")}
          hint="A server that speaks MCP over streamable HTTP."
        />
      )}
      {kind === "http" ? (
        <TextareaField
          label="Arguments" name="input_schema" rows={8} className="[&_textarea]:font-mono" spellCheck={false} defaultValue={at("input_schema", JSON.stringify(tool?.input_schema ?? EMPTY_SCHEMA, null, 2))} error={fieldError(state, "input_schema")}
          hint="A JSON Schema of an object. Arguments that do not fit are not sent; the model is told why."
        />
      ) : null}
      <HeaderFields key={tool?.updated_at ?? "new"} stored={tool?.header_names ?? []} error={fieldError(state, "secret_headers") ?? fieldError(state, "headers")} />
      <div className="grid grid-cols-1 gap-6 sm:grid-cols-2 sm:gap-3">
        <TextField label="Time limit in seconds" name="timeout_seconds" inputMode="numeric" required defaultValue={at("timeout_seconds", tool?.timeout_seconds ?? DEFAULT_TIMEOUT_S)} error={fieldError(state, "timeout_seconds")} hint="1 to 120." />
        <TextField label="Largest answer in bytes" name="max_answer_bytes" inputMode="numeric" required defaultValue={at("max_answer_bytes", tool?.max_answer_bytes ?? DEFAULT_ANSWER_BYTES)} error={fieldError(state, "max_answer_bytes")} hint="Up to 1,048,576. The model reads all of it." />
      </div>
    </>
  );
}
