/** The outputs of a stage as texts, and the folders that it has to fill. Pure: the caller lists folders. */
import { artifactName, artifactRoot } from "./codecs.ts";
import { type Outputs, type StageName, contractOf } from "./contracts.ts";
import { UserError } from "./user-error.ts";

/**
 * Prints every output that the contract of a stage names, in the form that the codec of the next stage parses.
 * @throws UserError when the stage returned no value for an output
 */
export function printedOutputs<S extends StageName>(stage: S, outputs: Outputs<S>): Readonly<Record<string, string>> {
  const returned: Readonly<Record<string, unknown>> = outputs;
  const scalars = Object.entries(contractOf(stage).outputs ?? {}).flatMap(([key, codec]) =>
    codec.kind === "scalar" ? [{ key, print: codec.print as (value: unknown) => string }] : [],
  );
  const lost = scalars.find(({ key }) => returned[key] === undefined);
  if (lost)
    throw new UserError(
      `${stage}: the stage returned no ${lost.key}, which its contract names`,
      "Return it from the function in scripts/stages, or remove it from contract/contracts.ts",
    );
  return Object.fromEntries(scalars.map(({ key, print }) => [key, print(returned[key])]));
}

/**
 * Checks that the stage left something in each product of its contract, where the workflow uploads it from.
 * @param list Returns the entries of a folder, or none if it does not exist
 * @throws UserError that names the folder that is missing or empty
 */
export function checkProducts(stage: StageName, list: (folder: string) => readonly string[]): void {
  for (const codec of Object.values(contractOf(stage).outputs ?? {})) {
    if (codec.kind !== "folder" || codec.evidence) continue;
    const root = artifactRoot(codec.name);
    const filled = list(root).filter(
      (entry) =>
        (entry === codec.name || entry.startsWith(artifactName(codec.name, ""))) && list(`${root}/${entry}`).length > 0,
    );
    if (filled.length === 0)
      throw new UserError(
        `${stage}: the stage left nothing in ${root}, which the workflow uploads as ${codec.name}`,
        "Write to artifactPath(…) of the name in contract/contracts.ts, or remove the folder from the contract",
      );
  }
}
