/** A real repository with a registry: its commits are planned and published by the stages. Building and testing are replaced. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { type Digests, asTested } from "../../contract/digests.ts";
import { type Work, proofVersion } from "../../contract/proof.ts";
import { trigger } from "../../contract/trigger.ts";
import type { Effects } from "../../scripts/core/effects.ts";
import { readSourceTree } from "../../scripts/core/source-tree.ts";
import type { Layout } from "../../scripts/oci/layout.ts";
import { currentInputs } from "../../scripts/proofs/current-inputs.ts";
import { type WorkInputs, applicationInputs, integrationInputs } from "../../scripts/proofs/work-inputs.ts";
import { type Plan, plan } from "../../scripts/stages/plan.ts";
import { publish } from "../../scripts/stages/publish.ts";
import type { TestRegistry } from "../registry.ts";
import { buildVariant, builtLayout, publisher } from "./releases.ts";
import { repositoryName } from "./runner.ts";

/** The application that changes, and those that never do. */
export const [shop, ...others] = appNames as readonly [AppName, ...AppName[]];
const changedFile = `apps/${catalog[shop].image}/manage.py`;

export interface Repository {
  /** Commits above another commit: another content of the shop, or documentation alone. */
  readonly commit: (parent: string, content?: string) => Promise<string>;
  readonly first: string;
  /** Each run has a higher number than the one before. */
  readonly run: (commit: string, event?: string, ref?: string) => PushRun;
  /** A run that no other one overlaps. */
  readonly push: (commit: string) => Promise<Plan>;
  /** The digests behind `latest`. */
  readonly latest: () => Promise<Digests<string, AppName>>;
  /** The digests that the files of a commit give. */
  readonly imagesOf: (commit: string) => Promise<Digests<string, AppName>>;
  readonly remove: () => void;
}

export interface PushRun {
  readonly plan: () => Promise<Plan>;
  /** Publishes what was planned, as if its builds and tests were green. @returns whether this run's release is the current one */
  readonly publish: () => Promise<boolean>;
}

/** The repository is the working directory of this process until it is removed. */
export async function createRepository(registry: TestRegistry, fx: Effects): Promise<Repository> {
  const root = process.cwd();
  const built = Object.fromEntries(
    await Promise.all(
      appNames.map(async (app) => {
        const layout = await builtLayout(app);
        return [app, { ...layout, folder: resolve(layout.folder) }] as const;
      }),
    ),
  ) as Record<AppName, Layout>;
  const folder = mkdtempSync(join(tmpdir(), "wmd-history-"));
  fx.files.writeTree(join(folder, "clone"), await readSourceTree(fx));
  process.chdir(join(folder, "clone"));
  const git = async (...args: readonly string[]): Promise<string> =>
    (await fx.output(["git", "-c", "user.name=e2e", "-c", "user.email=e2e@example.invalid", ...args])).trim();
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "test: the work tree");

  const account = `history-${process.pid}-${Date.now()}`;
  const owner = `${registry.host}/${account}`;
  const variants = new Map<string, Promise<Layout>>();
  let commits = 0;
  let runs = 0;

  const checkOut = (commit: string) => git("checkout", "--quiet", "--force", "--detach", commit);
  /** The image of the shop has its files' content as a label, so that equal files give equal images. */
  async function imageOf(app: AppName): Promise<Layout> {
    if (app !== shop) return built[app];
    const content = await git("rev-parse", `HEAD:${changedFile}`);
    const variant = variants.get(content) ?? buildOnce(content);
    variants.set(content, variant);
    return variant;
  }
  function buildOnce(content: string): Promise<Layout> {
    const into = join(folder, content);
    mkdirSync(into);
    return buildVariant(fx, built[shop], `LABEL content=${content}`, into);
  }

  function run(commit: string, event = "push", ref = "refs/heads/main"): PushRun {
    const number = ++runs;
    const onGitHub = fx.withEnv({
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: event,
      GITHUB_REF: ref,
      GITHUB_SHA: commit,
      GITHUB_REPOSITORY: repositoryName,
      GITHUB_WORKFLOW_REF: `${repositoryName}/.github/workflows/ci-cd.yml@${ref}`,
      GITHUB_RUN_NUMBER: String(number),
      GITHUB_ACTOR: "e2e",
    });
    let planned: Plan | undefined;
    const prove = async (work: Work, inputs: WorkInputs, images: Digests<string, AppName>): Promise<string> => {
      const artifact = join(folder, `run-${number}`, work);
      const proof = {
        version: proofVersion,
        work,
        inputs: await currentInputs(fx).digestOf(inputs),
        passed: 1,
        images,
        milliseconds: 1,
        commit,
        run: String(number),
        at: new Date().toISOString(),
      };
      fx.files.write(join(artifact, "proof.json"), JSON.stringify(proof));
      return artifact;
    };
    return {
      async plan() {
        await checkOut(commit);
        const settings = { DOCKER_USERNAME: owner, DEPLOY_HOST: "", PUBLIC_ORIGIN: "", TRUSTED_PROXIES: "" };
        return (planned = await plan(
          trigger(onGitHub.env),
          { fresh: false, settings },
          currentInputs(onGitHub),
          onGitHub,
        ));
      },
      async publish() {
        if (planned === undefined) throw new Error(`Run ${number} has no plan`);
        await checkOut(commit);
        const images: Record<string, string> = {};
        const proofs: Record<string, string> = {};
        const tested: Record<string, Layout["digest"]> = { ...planned.carried };
        for (const app of planned.build) {
          const image = await imageOf(app);
          [images[app], tested[app]] = [image.folder, image.digest];
          proofs[app] = await prove(app, applicationInputs(app, fx.files.read), { [app]: image.digest });
        }
        if (planned.integrate)
          proofs["integration"] = await prove("integration", integrationInputs(tested, fx.files.read), tested);
        if (!planned.publish) return false;
        const { current } = await publish(
          {
            images,
            carried: planned.carried,
            tested: asTested(tested),
            proofs,
            tag: planned.tag,
            settings: publisher(owner),
          },
          currentInputs(onGitHub),
          onGitHub,
        );
        return current;
      },
    };
  }

  return {
    first: await git("rev-parse", "HEAD"),
    async commit(parent, content) {
      await checkOut(parent);
      const path = content === undefined ? "docs/notes.md" : changedFile;
      writeFileSync(path, content === undefined ? `${++commits}\n` : `# ${content}\n`);
      await git("add", path);
      await git("commit", "--quiet", "--message", `test: ${path}`);
      return git("rev-parse", "HEAD");
    },
    run,
    async push(commit) {
      const made = run(commit);
      const planned = await made.plan();
      await made.publish();
      return planned;
    },
    latest: async () =>
      Object.fromEntries(
        await Promise.all(
          appNames.map(
            async (app) => [app, await registry.client.resolve(`${account}/${catalog[app].image}`, "latest")] as const,
          ),
        ),
      ),
    async imagesOf(commit) {
      await checkOut(commit);
      return Object.fromEntries(
        await Promise.all(appNames.map(async (app) => [app, (await imageOf(app)).digest] as const)),
      );
    },
    remove() {
      process.chdir(root);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
