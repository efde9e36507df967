/** JSON of other programs, checked against the shape that we read. Pure. */
import * as v from "valibot";
import { UserError } from "./user-error.ts";

/**
 * @param source what wrote the text, such as a command or a file: the error names it
 * @throws UserError when the text is not JSON, or not of that shape
 */
export function parseJson<const S extends v.GenericSchema>(schema: S, text: string, source: string): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unexpected(source, `not JSON: ${JSON.stringify(text.slice(0, 60))}`, cause);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw unexpected(source, `${v.getDotPath(issue) ?? "the whole value"}: ${issue.message}`);
}

/** One JSON value a line, as `docker … --format '{{json .}}'` prints them. */
export const parseJsonLines = <const S extends v.GenericSchema>(
  schema: S,
  text: string,
  source: string,
): readonly v.InferOutput<S>[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => parseJson(schema, line, source));

const unexpected = (source: string, what: string, cause?: unknown): UserError =>
  new UserError(
    `${source} has an unexpected form: ${what}`,
    "Compare its version with the ones that the README names",
    {
      cause,
    },
  );
