/** Operators on nginx.conf: directives that are dropped, and values that are replaced. Pure. */
import { type Found, kindOf } from "./text-mutant.ts";

/** A value and its replacement; the first that fits a directive is used. */
const replacements: readonly (readonly [operator: string, from: RegExp, to: string])[] = [
  ["another status", /\b(?:return|error_page) (\d{3})\b/u, "500"],
  ["a switch is turned", /\bon;$/u, "off;"],
  ["a switch is turned", /\boff;$/u, "on;"],
  ["another number", /(?<=\s)\d+(?=(?:s|m|k|ms)?[;\s])/u, "7"],
  ["another value", /(?<=\s)[^\s;]+;$/u, "another;"],
];

export function nginxMutants(file: string, text: string, applications: readonly string[]): readonly Found[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    if (!/^\s*[^#\s].*;$/u.test(line)) return [];
    const mutate = (operator: string, other: string | undefined) => ({
      family: "texts" as const,
      file,
      line: index + 1,
      operator,
      original: line.trim(),
      replacement: other?.trim() ?? "",
      kind: kindOf(`${operator} ${line.trim()}`, applications).replaceAll(/\d{4}/gu, "PORT"),
      text: () =>
        [...lines.slice(0, index), ...(other === undefined ? [] : [other]), ...lines.slice(index + 1)].join("\n"),
    });
    const replaced = replacements.find(([, from]) => from.test(line));
    const other =
      replaced &&
      line.replace(replaced[1], (whole, status?: string) =>
        typeof status === "string" ? whole.replace(status, replaced[2]) : replaced[2],
      );
    return [
      mutate("a directive is dropped", undefined),
      ...(replaced && other !== line ? [mutate(replaced[0], other)] : []),
    ];
  });
}
