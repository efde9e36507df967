/** Which linter looks at which files, and with which options. Pure. */
import type { Command } from "../core/command.ts";
import { type Finding, readGixy, readHadolint, readShellcheck } from "./linter-output.ts";

export interface Linter {
  readonly tool: "gixy" | "hadolint" | "shellcheck";
  /** Paths from the repository's root; findings are about these files. */
  readonly files: readonly string[];
  readonly command: Command;
  /** The codes with which the tool exits after it looked at its files, with or without findings. */
  readonly exitCodes: readonly number[];
  /** Throws when standard output is not what the tool writes. */
  readonly read: (output: string) => readonly Finding[];
}

const isDockerfile = (path: string): boolean => /(?:^|\/)(?:[^/]+\.)?Dockerfile$/u.test(path);

/** Whether a linter reads its configuration from this file. */
export const isConfig = (path: string): boolean =>
  /(?:^|\/)(?:\.shellcheckrc|\.hadolint\.yaml)$|^tools\/gixy\.conf$/u.test(path);

export const linters = (files: readonly string[]): readonly Linter[] => [
  shellcheck(files.filter((path) => path.endsWith(".sh"))),
  ...hadolint(files.filter(isDockerfile), files),
  gixy(files.filter((path) => path === "nginx.conf")),
];

const shellcheck = (files: readonly string[]): Linter => ({
  tool: "shellcheck",
  files,
  command: ["shellcheck", "--format", "json1", ...files],
  exitCodes: [0, 1],
  read: readShellcheck,
});

/** One run for each configuration, since hadolint takes one configuration a run. */
function hadolint(dockerfiles: readonly string[], files: readonly string[]): readonly Linter[] {
  const configured = dockerfiles.map((path) => ({ path, config: hadolintConfig(path, files) }));
  return [...new Set(configured.map(({ config }) => config))].map((config) => {
    const own = configured.filter((one) => one.config === config).map(({ path }) => path);
    const options = config === undefined ? [] : ["--config", config];
    return {
      tool: "hadolint",
      files: own,
      command: ["hadolint", "--format", "json", "--failure-threshold", "style", ...options, ...own],
      exitCodes: [0, 1],
      read: readHadolint,
    };
  });
}

const lastSegment = /(?:^|\/)[^/]*$/u;

/** The configuration in the nearest folder above a Dockerfile: an exception holds only in the folder that states it. */
function hadolintConfig(dockerfile: string, files: readonly string[]): string | undefined {
  for (let folder = dockerfile.replace(lastSegment, ""); ; folder = folder.replace(lastSegment, "")) {
    const config = folder === "" ? ".hadolint.yaml" : `${folder}/.hadolint.yaml`;
    if (files.includes(config)) return config;
    if (folder === "") return undefined;
  }
}

const gixy = (files: readonly string[]): Linter => ({
  tool: "gixy",
  files,
  command: ["gixy", "--config", "tools/gixy.conf", "--format", "json", "nginx.conf"],
  exitCodes: [0, 1],
  read: readGixy,
});
