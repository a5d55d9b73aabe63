import { Badge } from "@/components/ui/badge";

/** What kind of tool it is, in a word. */
export function ToolKind({ kind }: { kind: "http" | "mcp" }) {
  return <Badge tone="outline">{kind === "http" ? "HTTP" : "MCP server"}</Badge>;
}
