/** The findings that a repository accepts: `.github/verify.yml` lists them, each with its reason. Pure. */
import * as v from "valibot";
import { UserError } from "../../contract/user-error.ts";
import { parse } from "yaml";
import { type Finding, start } from "./workflow/finding.ts";

/** From the root of the repository. */
export const ignoresFile = ".github/verify.yml";

const entry = v.strictObject({
  rule: v.pipe(v.string(), v.nonEmpty()),
  /** The name of a workflow's file; every file where it is absent. */
  file: v.optional(v.string()),
  /** A part of the message; every message where it is absent. */
  message: v.optional(v.string()),
  reason: v.pipe(v.string(), v.minLength(20, "a reason of at least 20 characters is needed")),
});
const schema = v.strictObject({ ignore: v.array(entry) });
export type Ignore = v.InferOutput<typeof entry>;

/** @throws UserError that names the first entry that is wrong */
export function readIgnores(file: string, text: string): readonly Ignore[] {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new UserError(`${file} is not YAML: ${firstLine(cause)}`, "Correct the file", { cause });
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output.ignore;
  const [issue] = result.issues;
  throw new UserError(
    `${file}: ${v.getDotPath(issue) ?? "the whole file"}: ${issue.message}`,
    "Write a list `ignore` of entries with rule, file or message, and reason",
  );
}

const firstLine = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!;

/** Without the findings that are ignored; an entry about the verified files that matches none is a finding itself. */
export function withoutIgnored(
  findings: readonly Finding[],
  ignores: readonly Ignore[],
  files: readonly string[],
  source: string,
): readonly Finding[] {
  const used = new Set<Ignore>();
  const left = findings.filter((finding) => {
    const matching = ignores.filter((ignore) => matches(ignore, finding));
    for (const ignore of matching) used.add(ignore);
    return matching.length === 0;
  });
  const unused = ignores.filter(
    (ignore) => !used.has(ignore) && ignore.file !== undefined && files.some((file) => baseName(file) === ignore.file),
  );
  return [
    ...left,
    ...unused.map((ignore) => ({
      file: source,
      ...start,
      rule: "unused-ignore",
      message: `no finding of ${ignore.rule} is left in ${ignore.file}. Remove the entry`,
    })),
  ];
}

const matches = ({ rule, file, message }: Ignore, finding: Finding): boolean =>
  rule === finding.rule &&
  (file === undefined || file === baseName(finding.file)) &&
  (message === undefined || finding.message.includes(message));

const baseName = (path: string): string => path.replace(/^.*\//u, "");
