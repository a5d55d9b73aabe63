/** A test for Redis' glob patterns: `*`, `?`, `[a-z]`, `[^x]` and `\` before a character that stands for itself. */
export function compileGlob(pattern: string): (text: string) => boolean {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const mark = pattern.charAt(i);
    const end = mark === "[" ? pattern.indexOf("]", i + 2) : -1;
    if (mark === "*") {
      // Neighbouring stars are one; several in a row would make the match slow.
      if (!source.endsWith("[^]*")) source += "[^]*";
    } else if (mark === "?") source += "[^]";
    else if (mark === "\\" && i + 1 < pattern.length) {
      i += 1;
      source += escape(pattern.charAt(i));
    } else if (end !== -1) {
      source += `[${pattern.slice(i + 1, end).replace(/[\\[\]]/g, "\\$&").replace(/(?!^)\^/g, "\\^")}]`;
      i = end;
    } else source += escape(mark);
  }
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}

function escape(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
}
