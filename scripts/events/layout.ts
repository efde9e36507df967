/** Text in lines of a terminal's width. Pure. */

/** The styles of a terminal, by name; without a terminal a style changes nothing. */
export interface Style {
  (text: string, style: "bold" | "dim" | "red" | "green" | "yellow" | "magenta"): string;
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, magenta: 35 } as const;

export const coloured: Style = (text, style) => `\u001B[${codes[style]}m${text}\u001B[0m`;
export const plain: Style = (text) => text;

/** One line without control characters: values of an event may contain any. */
export const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === "\n" ? "⏎" : `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0")}`,
  );

/**
 * Words in lines of at most this width; a longer word is broken, after a comma where it has one. No line ends beside an equals
 * sign.
 */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<! =) (?!= )/u)) {
    let rest = word;
    if (line !== "" && line.length + 1 + rest.length > width) {
      lines.push(line);
      line = "";
    }
    while (rest.length > width) {
      const end = rest.lastIndexOf(",", width - 1) + 1 || width;
      lines.push(rest.slice(0, end).trimEnd());
      rest = rest.slice(end).trimStart();
    }
    line = line === "" ? rest : `${line} ${rest}`;
  }
  return [...lines, line];
}

export const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
