/** The inputs of a stage, parsed from the environment and the artifacts. Pure: the caller lists folders. */
import { artifactName, artifactPath, artifactRoot, environmentName } from "./codecs.ts";
import { type Inputs, type StageName, contractOf } from "./contracts.ts";
import { environments } from "./settings.ts";
import { UserError } from "./user-error.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the inputs and settings that the contract of a stage names.
 * @param list Returns the entries of a folder, or none if it does not exist
 * @throws UserError that names the variable that is not set or malformed
 */
export function inputsOf<S extends StageName>(
  stage: S,
  env: Environment,
  list: (folder: string) => readonly string[],
): Inputs<S> {
  const contract = contractOf(stage);
  const inputs = Object.entries(contract.inputs ?? {}).map(([key, codec]) => {
    if (codec.kind === "folders") return [key, legsOf(codec.name, list)];
    if (codec.kind === "folder") return [key, artifactPath(codec.name)];
    const name = environmentName(key);
    if (codec.kind === "cache") return [key, env[name] || undefined];
    try {
      if (!env[name] && !codec.optional) throw new Error("is not set");
      return [key, codec.parse(env[name] ?? "")];
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new UserError(`${stage}: ${name} ${why}`, `Set ${name} to ${codec.type}`, { cause });
    }
  });
  const settings = [
    ...(contract.variables ?? []),
    ...(contract.environment ? environments[contract.environment].secrets : []),
  ];
  const result: unknown = {
    ...Object.fromEntries(inputs),
    settings: Object.fromEntries(settings.map((name) => [name, env[name] ?? ""])),
  };
  return result as Inputs<S>;
}

/** The folders of an artifact of a matrix, by leg. */
function legsOf(name: string, list: (folder: string) => readonly string[]): Readonly<Record<string, string>> {
  const prefix = artifactName(name, "");
  return Object.fromEntries(
    list(artifactRoot(name))
      .filter((entry) => entry.startsWith(prefix))
      .map((entry) => entry.slice(prefix.length))
      .map((leg) => [leg, artifactPath(name, leg)]),
  );
}
