/** Reads the JSON that each linter writes. Pure. Every function throws when the text is not that JSON. */
import { array, boolean, number, object, optional, string } from "valibot";
import { parseJson } from "../../contract/json.ts";

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const location = object({
  symbolic: object({
    kind: string(),
    annotation: string(),
    // Absent for a file of another repository.
    key: object({ Local: optional(object({ verbatim_path: string() })) }),
  }),
  concrete: object({ location: object({ start_point: object({ row: number() }) }) }),
});
const zizmor = array(object({ ident: string(), desc: string(), ignored: boolean(), locations: array(location) }));

export const readZizmor = (output: string): readonly Finding[] =>
  parseJson(zizmor, output, "zizmor")
    .filter(({ ignored }) => !ignored)
    .map(({ ident, desc, locations }) => {
      const place = locations.find(({ symbolic }) => symbolic.kind === "Primary") ?? locations[0];
      return {
        file: place?.symbolic.key.Local?.verbatim_path ?? ".github/workflows",
        line: (place?.concrete.location.start_point.row ?? 0) + 1,
        message: `${ident}: ${desc}${place ? `: ${place.symbolic.annotation}` : ""}`,
      };
    });

const shellcheck = object({
  comments: array(object({ file: string(), line: number(), code: number(), message: string() })),
});

export const readShellcheck = (output: string): readonly Finding[] =>
  parseJson(shellcheck, output, "shellcheck").comments.map(({ file, line, code, message }) => ({
    file,
    line,
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
