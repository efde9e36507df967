/** A stage's inputs, parsed from the environment and the artifacts. Pure: listing folders is the caller's. */
import { artifactName, artifactPath, artifactRoot, environmentName, optionalText } from "./codecs.ts";
import { type Inputs, type StageName, contractOf, environments } from "./contracts.ts";
import { UserError } from "./user-error.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The inputs and settings that the contract of a stage names.
 * @param list the entries of a folder; empty where there is no such folder
 * @throws UserError that names a variable which is missing or malformed
 */
export function inputsOf<S extends StageName>(
  stage: S,
  env: Environment,
  list: (folder: string) => readonly string[],
): Inputs<S> {
  const contract = contractOf(stage);
  const taken = Object.entries(contract.inputs ?? {}).map(([key, codec]) => {
    if (codec.kind === "folders") return [key, legsOf(codec.name, list)];
    if (codec.kind === "folder") return [key, artifactPath(codec.name)];
    const name = environmentName(key);
    try {
      if (env[name] === undefined && codec !== optionalText) throw new Error("is not set");
      return [key, codec.parse(env[name] ?? "")];
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new UserError(`${stage}: ${name} ${why}`, `Set ${name} to ${codec.type}`, { cause });
    }
  });
  const granted = [
    ...(contract.variables ?? []),
    ...(contract.environment ? environments[contract.environment].secrets : []),
  ];
  const inputs: unknown = {
    ...Object.fromEntries(taken),
    settings: Object.fromEntries(granted.map((name) => [name, env[name] ?? ""])),
  };
  return inputs as Inputs<S>;
}

/** The folders that the legs of a matrix left, by leg. */
function legsOf(name: string, list: (folder: string) => readonly string[]): Readonly<Record<string, string>> {
  const prefix = artifactName(name, "");
  return Object.fromEntries(
    list(artifactRoot(name))
      .filter((entry) => entry.startsWith(prefix))
      .map((entry) => entry.slice(prefix.length))
      .map((leg) => [leg, artifactPath(name, leg)]),
  );
}
