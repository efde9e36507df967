/** Decides from the output of `docker info` whether an engine can be used. Pure. */
import * as v from "valibot";
import { parseJson } from "../../contract/json.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Outcome } from "../core/command.ts";

export interface Observation {
  /** The outcome of `docker info --format '{{json .}}'`; code 127 when there is no docker command. */
  readonly info: Outcome;
  /** Whether a `dockerd` program is on the machine. */
  readonly daemonInstalled: boolean;
  /** The variable DOCKER_HOST. */
  readonly dockerHost: string | undefined;
  readonly platform: NodeJS.Platform;
}

export type Diagnosis =
  | { readonly kind: "works"; readonly version: string; readonly containerdStore: boolean; readonly rootless: boolean }
  | { readonly kind: "not installed" }
  | { readonly kind: "not running"; readonly reason: string }
  | { readonly kind: "no permission"; readonly reason: string }
  | { readonly kind: "wrong host"; readonly host: string; readonly reason: string }
  | { readonly kind: "too old"; readonly part: Part; readonly version: string }
  | { readonly kind: "no plugin"; readonly part: "compose" | "buildx" };

export type Part = "engine" | "compose" | "buildx";

/** The oldest versions with which all tests were seen to pass. */
export const minimumVersions: Readonly<Record<Part, string>> = { engine: "25.0", compose: "2.24", buildx: "0.13" };

/** A field that is missing, null or of another form counts as absent: engines differ in what they report. */
const tolerant = <const S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined);

/** The fields of `docker info` that are read. */
const infoSchema = v.object({
  ServerVersion: tolerant(v.string()),
  ServerErrors: tolerant(v.array(v.string())),
  SecurityOptions: tolerant(v.array(v.string())),
  DriverStatus: tolerant(v.array(v.tuple([v.string(), v.string()]))),
  ClientInfo: tolerant(
    v.object({ Plugins: tolerant(v.array(v.object({ Name: v.string(), Version: tolerant(v.string()) }))) }),
  ),
});
type Info = v.InferOutput<typeof infoSchema>;

export function diagnose({ info, daemonInstalled, dockerHost, platform }: Observation): Diagnosis {
  const noClient = info.code === 127;
  if (noClient)
    return daemonInstalled
      ? { kind: "not running", reason: "dockerd is installed, but PATH has no docker command" }
      : { kind: "not installed" };

  const parsed = parseInfo(info.stdout);
  if (parsed?.ServerVersion) return diagnoseRunning(parsed, parsed.ServerVersion);

  const reason = (parsed?.ServerErrors?.join("; ") || info.stderr).trim();
  if (/permission denied/iu.test(reason)) return { kind: "no permission", reason };
  const address = dockerHost || /Cannot connect to the Docker daemon at (\S+?)\.? /u.exec(reason)?.[1];
  if (address && address !== "unix:///var/run/docker.sock" && !/[/.](docker|colima|orbstack|rd)\//u.test(address))
    return { kind: "wrong host", host: address, reason };
  // On Linux, a docker command without dockerd does not count as an installation: it may be there for remote engines only.
  // On other platforms the daemon runs in a virtual machine, where its program cannot be found.
  return daemonInstalled || platform !== "linux" ? { kind: "not running", reason } : { kind: "not installed" };
}

function diagnoseRunning(info: Info, version: string): Diagnosis {
  if (isOlderThan(version, minimumVersions.engine)) return { kind: "too old", part: "engine", version };
  for (const part of ["compose", "buildx"] as const) {
    const plugin = info.ClientInfo?.Plugins?.find(({ Name }) => Name === part);
    if (!plugin) return { kind: "no plugin", part };
    if (isOlderThan(plugin.Version ?? "", minimumVersions[part]))
      return { kind: "too old", part, version: plugin.Version ?? "unknown" };
  }
  const containerdStore = (info.DriverStatus ?? []).some(
    ([key, value]) => key === "driver-type" && value.startsWith("io.containerd."),
  );
  const rootless = (info.SecurityOptions ?? []).includes("name=rootless");
  return { kind: "works", version, containerdStore, rootless };
}

/** Compares major and minor version. A version without numbers, such as that of a development build, is never older. */
export function isOlderThan(version: string, minimum: string): boolean {
  const numbers = (text: string) => (/(\d+)\.(\d+)/u.exec(text)?.slice(1) ?? []).map(Number);
  const [major = Infinity, minor = 0] = numbers(version);
  const [minimumMajor = 0, minimumMinor = 0] = numbers(minimum);
  return major < minimumMajor || (major === minimumMajor && minor < minimumMinor);
}

/** Output that is not of this form counts as no answer: the error output then gives the reason. */
function parseInfo(stdout: string): Info | undefined {
  try {
    return parseJson(infoSchema, stdout, "`docker info`");
  } catch {
    return undefined;
  }
}

/** The error for a machine whose own engine cannot be used, where the project does not install another one beside it. */
export function unusableEngineError(
  diagnosis: Exclude<Diagnosis, { kind: "works" | "not installed" }>,
  platform: NodeJS.Platform,
): UserError {
  switch (diagnosis.kind) {
    case "not running":
      return new UserError(
        `Docker is installed but does not run (${firstLine(diagnosis.reason)})`,
        platform === "linux"
          ? "Run `sudo systemctl start docker` (or `sudo service docker start`)"
          : "Start Docker Desktop",
      );
    case "no permission":
      return new UserError(
        `Docker is running, but this user may not use it (${firstLine(diagnosis.reason)})`,
        "Run `sudo usermod -aG docker $USER`, then log in again",
      );
    case "wrong host":
      return new UserError(
        `No Docker engine answers at ${diagnosis.host} (${firstLine(diagnosis.reason)})`,
        "Unset DOCKER_HOST, or set it (or the docker context) to an engine that is running",
      );
    case "too old":
      return new UserError(
        `Docker's ${diagnosis.part} has version ${diagnosis.version}, but ${minimumVersions[diagnosis.part]} or newer is required`,
        "Update Docker: https://docs.docker.com/engine/install/",
      );
    case "no plugin":
      return new UserError(
        `The docker command has no plugin \`${diagnosis.part}\``,
        `Install the package docker-${diagnosis.part}-plugin: https://docs.docker.com/engine/install/`,
      );
  }
}

const firstLine = (text: string): string => text.split("\n")[0] ?? "";
