/**
 * Filters of branches, tags and paths.
 * Source: docs.github.com, "Workflow syntax", filter pattern cheat sheet. Pure.
 */
import { UserError } from "../../contract/user-error.ts";

/** Whether the last pattern that matches the name is a positive one: the order counts. */
export const matchesFilter = (patterns: readonly string[], name: string): boolean =>
  patterns.reduce(
    (matched, pattern) =>
      pattern.startsWith("!")
        ? matched && !expressionOf(pattern.slice(1)).test(name)
        : matched || expressionOf(pattern).test(name),
    false,
  );

const known = new Map<string, RegExp>();

/** @throws UserError when a range such as `[z-a]` is reversed */
function expressionOf(pattern: string): RegExp {
  const found = known.get(pattern);
  if (found !== undefined) return found;
  try {
    const expression = new RegExp(`^${translate(pattern)}$`, "su");
    known.set(pattern, expression);
    return expression;
  } catch (cause) {
    throw new UserError(
      `The filter pattern ${JSON.stringify(pattern)} is not valid`,
      "Correct its range of characters",
      {
        cause,
      },
    );
  }
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);

/** One piece of a pattern, and the regular expression for it. `?` and `+` repeat the character before them. */
const pieces: readonly (readonly [pattern: RegExp, translation: (found: string) => string])[] = [
  [/^\*\*\//u, () => "(?:.*/)?"],
  [/^\*\*/u, () => ".*"],
  [/^\*/u, () => "[^/]*"],
  [/^\[[\w-]+\]/u, (found) => found],
  [/^\\./su, (found) => escaped(found.slice(1))],
  [/^./su, escaped],
];

function translate(pattern: string): string {
  let rest = pattern;
  let translated = "";
  while (rest !== "") {
    const found = pieces.flatMap(([piece, translation]) => {
      const text = piece.exec(rest)?.[0];
      return text === undefined ? [] : [{ text, translation: translation(text) }];
    })[0];
    if (found === undefined) return translated;
    rest = rest.slice(found.text.length);
    const [repeated = ""] = /^[?+]/u.exec(rest) ?? [];
    rest = rest.slice(repeated.length);
    translated += repeated === "" ? found.translation : `(?:${found.translation})${repeated}`;
  }
  return translated;
}
