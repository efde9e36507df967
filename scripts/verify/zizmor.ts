/** zizmor: its command, and its output. Pure. */
import { array, boolean, number, object, optional, string } from "valibot";
import { parseJson } from "../../contract/json.ts";
import type { Command } from "../core/command.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Finding } from "./workflow/finding.ts";

/** Without a configuration: `.github/verify.yml` is the one place for exceptions. */
export const zizmorCommand = (program: string, persona: Knowledge["persona"], files: readonly string[]): Command => [
  ...([program, "--offline", "--no-config", "--no-progress", "--persona", persona, "--format", "json-v1"] as const),
  ...files,
];

/** The codes with which zizmor exits after it looked at its files, with or without findings. */
export const zizmorExitCodes: readonly number[] = [0, 10, 11, 12, 13, 14];

const location = object({
  symbolic: object({
    kind: string(),
    annotation: string(),
    // Absent for a file of another repository.
    key: object({ Local: optional(object({ verbatim_path: string() })) }),
  }),
  concrete: object({ location: object({ start_point: object({ row: number(), column: number() }) }) }),
});
const output = array(object({ ident: string(), desc: string(), ignored: boolean(), locations: array(location) }));

/** Its advice is to write `$/…` for `./…`, which actionlint and act refuse. */
const contradicted = "self-repository";

/** @throws UserError when the text is not zizmor's JSON */
export const readZizmor = (text: string): readonly Finding[] =>
  parseJson(output, text, "zizmor")
    .filter(({ ignored, ident }) => !ignored && ident !== contradicted)
    .map(({ ident, desc, locations }) => {
      const place = locations.find(({ symbolic }) => symbolic.kind === "Primary") ?? locations[0];
      const { row = 0, column = 0 } = place?.concrete.location.start_point ?? {};
      return {
        file: place?.symbolic.key.Local?.verbatim_path ?? "",
        line: row + 1,
        column: column + 1,
        rule: `zizmor/${ident}`,
        message: `${desc}${place ? `: ${place.symbolic.annotation}` : ""}`,
      };
    });

/** The files that zizmor checked, by its log. It skips a file that it cannot read, and succeeds nevertheless. */
export const checkedBy = (files: readonly string[], stderr: string): readonly string[] =>
  files.filter((file) => new RegExp(` completed ${escaped(file)}$`, "mu").test(stderr));

/** The files on which zizmor gave up, so that it checked no other file either. */
export const refusedBy = (files: readonly string[], stderr: string): readonly string[] =>
  /\bno inputs collected\b/u.test(stderr)
    ? files
    : files.filter((file) => new RegExp(`file://${escaped(file)}(?: |$)`, "mu").test(stderr));

const escaped = (path: string): string => path.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&");
