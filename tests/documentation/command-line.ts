/** The help text of each command, as the command line defines it. */
import { readFileSync } from "node:fs";

const source = readFileSync("scripts/main.ts", "utf8");

/** By the command's name. A command without options of its own has an empty text. */
export const helpTexts: ReadonlyMap<string, string> = new Map(
  [...source.matchAll(/^ {2}(\w+): \{\n {4}help:\s*(`[^`]*`|"[^"]*")/gmu)].map(([, name = "", text = ""]) => [
    name,
    text,
  ]),
);
