/** Runs `npm run actions` in a copy of the repository, against a stand-in of GitHub's API. */
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { interfaces } from "../../../workflows-src/language/action-interfaces.ts";
import { actions, idOf } from "../../../workflows-src/language/actions.ts";
import { typeLoader } from "../../actions/repository.ts";
import {
  type FakeAnswer,
  type FakeRelease,
  type GitHubFake,
  actionFileText,
  startGitHubFake,
} from "../../actions/testing/github-fake.ts";
import { type RepositoryCopy, copyRepository } from "../../actions/testing/repository-copy.ts";
import { createEffects } from "../../core/effects.ts";
import { rootFor } from "../commands.ts";
import { runCommandLine } from "../run-command-line.ts";

export const pinSource = "workflows-src/language/actions.ts";
export const metadataSource = "workflows-src/language/action-metadata.ts";
export const ciCd = ".github/workflows/ci-cd.yml";

/** The pinned release of each action, with its action.yml. */
function pinnedReleases(): Record<string, FakeRelease[]> {
  const found: Record<string, FakeRelease[]> = {};
  for (const action of Object.values(actions)) {
    const folder = "path" in action ? `${action.path}/` : "";
    const files = { [`${folder}action.yml`]: actionFileText(interfaces[idOf(action)]!) };
    const [known] = (found[action.repository] ??= []);
    found[action.repository] = [
      { version: action.version, commit: action.commit, ageDays: 60, files: { ...known?.files, ...files } },
    ];
  }
  return found;
}

export const nodeInterface = interfaces["actions/setup-node"]!;
export const newCommit = "1".repeat(40);
/** Versions around the pinned one, whichever that is. */
export const { version: pinned } = actions.setupNode;
const [major = 0, minor = 0] = (pinned.match(/\d+/gu) ?? []).map(Number);
export const newer = `v${major}.${minor + 1}.0`;
export const newest = `v${major}.${minor + 2}.0`;
export const [older, nextMajor] = [`v${major - 1}.9.9`, `v${major + 1}.0.0`];
export const newNode = (change: Partial<FakeRelease>, facts: Partial<typeof nodeInterface> = {}): FakeRelease => ({
  version: newer,
  commit: newCommit,
  ageDays: 8,
  files: { "action.yml": actionFileText({ ...nodeInterface, ...facts }) },
  ...change,
});

interface RunOptions {
  /** Releases beside the pinned ones, by repository. */
  readonly added?: Readonly<Record<string, readonly FakeRelease[]>>;
  readonly instead?: (path: string) => FakeAnswer | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ActionsInCopy {
  readonly copy: RepositoryCopy;
  /** The requests that the last run sent to GitHub. */
  readonly requests: GitHubFake["requests"];
  run(args: readonly string[], options?: RunOptions): Promise<{ readonly code: number; readonly output: string }>;
  /** The exit code of `synth --check`: 0 if the generated files in the copy are those of its sources. */
  synthFinds(): Promise<number>;
  /** The files whose text differs from before, but for the log of commands. */
  changed(before: ReadonlyMap<string, string>): readonly string[];
}

/**
 * Makes the copy before the tests of a file, and undoes after each test what it changed.
 * @param processEnv the environment of the tests
 */
export function actionsInCopy(processEnv: NodeJS.ProcessEnv): ActionsInCopy {
  let copy: RepositoryCopy;
  let fake: GitHubFake | undefined;
  const home = process.cwd();
  beforeAll(() => {
    copy = copyRepository();
  });
  afterAll(() => copy.remove());
  beforeEach(() => process.chdir(copy.root));
  afterEach(async () => {
    process.chdir(home);
    copy.restore();
    await fake?.close();
    fake = undefined;
  });

  return {
    get copy() {
      return copy;
    },
    get requests() {
      return fake!.requests;
    },
    async run(args, { added = {}, instead, env = {} } = {}) {
      const releases = pinnedReleases();
      for (const [repository, more] of Object.entries(added))
        releases[repository] = [...more, ...(releases[repository] ?? [])];
      fake = await startGitHubFake(releases, instead);
      let output = "";
      const stream = { isTTY: false, columns: 80, write: (text: string) => void (output += text) };
      const { PATH = "", HOME = "" } = processEnv;
      const all = { PATH, HOME, GITHUB_API_URL: fake.address, ...env };
      const code = await runCommandLine(await rootFor("actions"), ["actions", ...args], all, {
        stdout: stream,
        stderr: stream,
      });
      return { code, output };
    },
    async synthFinds() {
      const silent = { isTTY: false, columns: 80, write: () => undefined };
      const fx = createEffects({ env: processEnv, terminal: silent, errors: silent });
      return (await fx.tryRun(["node", ...typeLoader, "scripts/main.ts", "synth", "--check"], { cwd: copy.root })).code;
    },
    changed: (before) =>
      [...copy.texts()].flatMap(([path, text]) => (before.get(path) === text ? [] : [path])).toSorted(),
  };
}
