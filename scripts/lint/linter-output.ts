/** Reads the JSON that each linter writes. Pure. Every function throws when the text is not that JSON. */
import { array, number, object, string } from "valibot";
import { parseJson } from "../../contract/json.ts";

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly message: string;
}

const shellcheck = object({
  comments: array(object({ file: string(), line: number(), column: number(), code: number(), message: string() })),
});

export const readShellcheck = (output: string): readonly Finding[] =>
  parseJson(shellcheck, output, "shellcheck").comments.map(({ file, line, column, code, message }) => ({
    file,
    line,
    column,
    message: `SC${code}: ${message}`,
  }));

const hadolint = array(object({ file: string(), line: number(), code: string(), message: string() }));

export const readHadolint = (output: string): readonly Finding[] =>
  parseJson(hadolint, output, "hadolint").map(({ file, line, code, message }) => ({
    file,
    line,
    message: `${code}: ${message}`,
  }));

const gixy = array(object({ file: string(), line: number(), plugin: string(), summary: string(), reason: string() }));

export const readGixy = (output: string): readonly Finding[] =>
  parseJson(gixy, output, "gixy").map(({ file, line, plugin, summary, reason }) => ({
    // gixy prints absolute paths; the lint image mounts the files there.
    file: file.replace(/^\/repository\//u, ""),
    line,
    message: `${plugin}: ${summary} ${reason}`.trim(),
  }));
