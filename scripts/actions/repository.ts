/** The files of the repository that name pins, and how sources are written. */
import { UserError } from "../../contract/user-error.ts";
import { CommandError } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { filesBelow } from "../core/files-below.ts";
import { pinSource } from "./pins.ts";

const workflowFolder = ".github/workflows";

/** The texts of the workflows, by path. */
export const workflowTexts = ({ files }: Effects): ReadonlyMap<string, string> =>
  textsOf(
    files
      .list(workflowFolder)
      .filter((name) => /\.ya?ml$/u.test(name))
      .toSorted()
      .map((name) => `${workflowFolder}/${name}`),
    files,
  );

/** The texts of the files that name images: Dockerfiles, and the generated files with services. */
export const imageTexts = ({ files }: Effects): ReadonlyMap<string, string> =>
  textsOf(
    [
      ...["apps", "tests", "tools"].flatMap(filesBelow).filter((path) => path.endsWith("/Dockerfile")),
      "docker-compose.yml",
      "docker-compose.test.yml",
      "stack.yml",
    ],
    files,
  );

/** GitHub's own lock file of actions, where the repository has one: only GitHub's program writes it. */
const lockFile = `${workflowFolder}/actions.lock`;

/** A Node that does not strip types itself needs tsx. Its types do not know the feature. */
const { typescript: stripsTypes }: { readonly typescript?: unknown } = process.features as object;
export const typeLoader = stripsTypes ? [] : ["--import", "tsx"];

const textsOf = (paths: readonly string[], files: Effects["files"]): ReadonlyMap<string, string> =>
  new Map(paths.map((path) => [path, files.read(path)]));

/**
 * Writes sources and what is generated from them: all of it, or nothing.
 * @throws UserError when a file cannot be written, or the new sources do not generate; the earlier ones are there again
 */
export async function writeSources(texts: ReadonlyMap<string, string>, fx: Effects): Promise<void> {
  const before = new Map([...texts.keys()].map((path) => [path, fx.files.read(path)]));
  const replaced: string[] = [];
  try {
    for (const [path, text] of texts) {
      replaceFile(path, text, fx);
      replaced.push(path);
    }
    // A process of its own, since this one has loaded the earlier sources. Without the bootstrap: everything is installed.
    await fx.output(["node", ...typeLoader, "scripts/main.ts", "synth"]);
  } catch (cause) {
    for (const path of replaced) fx.files.replace(path, before.get(path) ?? "");
    if (!(cause instanceof CommandError)) throw cause;
    const message = "`npm run synth` fails with the new pins, so nothing was changed";
    throw new UserError(message, `Look at ${pinSource}`, { cause });
  }
  if (fx.files.exists(lockFile)) fx.warn(`${lockFile} has the earlier pins: run \`gh actions-lock\`, which writes it`);
}

function replaceFile(path: string, text: string, { files }: Effects): void {
  try {
    files.replace(path, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`${path} cannot be written: ${reason}`, "Make the file and its folder writable", { cause });
  }
}
