/** The workflows in the files of the repository, and those that they call. */
import { join } from "node:path";
import { UserError } from "../../contract/user-error.ts";
import { calledPath } from "../../workflows-src/simulator/calls.ts";
import { parseWorkflowFile } from "../../workflows-src/simulator/parse-workflow.ts";
import type { Workflow } from "../../workflows-src/simulator/workflow.ts";
import type { Files } from "../core/files.ts";

export const workflowFolder = ".github/workflows";

export interface WorkflowFiles {
  /** By path, in the order of the paths. */
  readonly named: ReadonlyMap<string, Workflow>;
  /** Returns a workflow that one of them calls, directly or not; undefined where there is no such file. */
  readonly called: (path: string) => Workflow | undefined;
}

/**
 * @param file the one workflow that is wanted; all of the repository when absent
 * @throws UserError that names the file and the place of the first error
 */
export async function readWorkflows(file: string | undefined, files: Files): Promise<WorkflowFiles> {
  const paths = file === undefined ? listed(files) : [file];
  if (paths.length === 0) throw new UserError(`There is no workflow in ${workflowFolder}`, "Name one: --workflow FILE");
  const read = new Map<string, Workflow>();
  const load = async (path: string): Promise<void> => {
    if (read.has(path)) return;
    const workflow = await parseWorkflowFile(path, textOf(path, files));
    read.set(path, workflow);
    for (const { uses } of Object.values(workflow.jobs)) {
      const called = uses === undefined ? undefined : calledPath(uses);
      if (called !== undefined && files.exists(join(rootOf(path), called))) await load(join(rootOf(path), called));
    }
  };
  for (const path of paths) await load(path);
  const named = paths.flatMap((path) => {
    const workflow = read.get(path);
    return workflow === undefined ? [] : [[path, workflow] as const];
  });
  const [root = ""] = paths.map(rootOf);
  return { named: new Map(named), called: (path) => read.get(join(root, path)) };
}

/** The repository of a workflow, which may be another one than ours. */
const rootOf = (path: string): string => /^(.*)\.github\/workflows\/[^/]+$/u.exec(path)?.[1] ?? "";

const listed = (files: Files): readonly string[] =>
  files
    .list(workflowFolder)
    .filter((name) => /\.ya?ml$/u.test(name))
    .toSorted()
    .map((name) => `${workflowFolder}/${name}`);

/** @throws UserError when there is no such file */
export function textOf(path: string, files: Files): string {
  try {
    return files.read(path);
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new UserError(
      isMissing ? `There is no file ${path}` : `${path} cannot be read`,
      "Name a file by its path from the root of the repository",
      { cause },
    );
  }
}
