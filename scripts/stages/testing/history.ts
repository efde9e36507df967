/** Replays the history of a repository on a simulated machine: each push is a run, whose jobs are the stages. */
import { type AppName, appNames, catalog } from "../../../apps/catalog.ts";
import type { Inputs, Outputs } from "../../../contract/contracts.ts";
import type { Digest } from "../../../contract/digests.ts";
import { type Proof, type Work, proofVersion } from "../../../contract/proof.ts";
import { type ReleaseDocument, parseRelease, releaseMediaType } from "../../../contract/release-document.ts";
import { trigger } from "../../../contract/trigger.ts";
import type { Effects } from "../../core/effects.ts";
import { digestOf, readLayout } from "../../oci/layout.ts";
import { registryOf } from "../../oci/registry.ts";
import type { CurrentInputs } from "../../proofs/current-inputs.ts";
import { runningDigests } from "../../rollout/services.ts";
import { writeLayout } from "../../simulation/images.ts";
import { simulatedMachine } from "../../simulation/simulated-machine.ts";
import { begins } from "../../simulation/state.ts";
import { deploy } from "../deploy.ts";
import { plan } from "../plan.ts";
import { publish } from "../publish.ts";

const host = "127.0.0.1:5050";
export const owner = `${host}/wmd`;
const repository = "wmd/apps";
/** The application that changes, and those that never do. */
export const [shop, ...others] = appNames as readonly [AppName, ...AppName[]];
const servers = { DEPLOY_HOST: "deploy@127.0.0.1", DEPLOY_HOST_KEY: "ssh-ed25519 AAAA", DEPLOY_SSH_KEY: "key" };

export interface Commit {
  readonly id: string;
  readonly parent: Commit | undefined;
  /** The content of the shop. */
  readonly shop: string;
}

const isAncestor = (ancestor: string, one: Commit | undefined): boolean =>
  one !== undefined && (one.id === ancestor || isAncestor(ancestor, one.parent));

export const hash = (...parts: readonly unknown[]): Digest => digestOf(Buffer.from(JSON.stringify(parts)));

const folderOf = (app: AppName): string => `apps/${catalog[app].image}`;
const contentIn = ({ shop: content }: Commit, app: AppName): string => (app === shop ? content : "");

/** The inputs in a commit: those of an application are its content, those of the integration the images. */
export function inputsIn(head: Commit): CurrentInputs {
  return {
    digestOf: async ({ paths: [folder], built }) =>
      Object.keys(built).length > 0 ? hash(built) : hash(folder, folder === folderOf(shop) ? head.shop : ""),
    among: ({ paths }, changed) => changed.filter((path) => paths.some((folder) => path.startsWith(`${folder}/`))),
    imageDigests: async () => ({}),
  };
}

type Built = Pick<Inputs<"publish">, "images" | "tested" | "proofs">;

export interface ReplayedRun {
  readonly commit: Commit;
  readonly fx: Effects;
  /** The outputs of its plan, once that has run. */
  readonly planned: Outputs<"plan"> | undefined;
  plan(changed?: {
    readonly fresh?: boolean;
    readonly fx?: Effects;
    readonly current?: CurrentInputs;
  }): Promise<Outputs<"plan">>;
  /** What its build and integrate jobs hand on. */
  build(): Promise<Built>;
  /** Publishes and deploys, if that was planned and no newer release is there. */
  release(built?: Built): Promise<Outputs<"publish"> | undefined>;
  deploy(published: Inputs<"deploy">["published"]): Promise<unknown>;
}

export function history() {
  const commits: Commit[] = [];
  const find = (id: string | undefined) => commits.find((one) => one.id === id);
  const machine = simulatedMachine({
    override(command) {
      const [one, other] = command.slice(-2);
      if (begins(command, "git", "merge-base")) return { code: isAncestor(one ?? "", find(other)) ? 0 : 1 };
      if (!begins(command, "git", "diff")) return undefined;
      const [from, to] = (other ?? "").split("..").map(find);
      return from?.shop === to?.shop ? {} : { stdout: `${folderOf(shop)}/manage.py\0` };
    },
  });
  machine.state.swarm = true;
  const { files } = machine.fx;
  const registry = registryOf(host, machine.fx);

  /** A commit above another one. Without a content it changes documentation only. */
  function commit(parent: Commit | undefined, content = parent?.shop ?? "first"): Commit {
    const made = { id: hash("commit", commits.length).slice(-40), parent, shop: content };
    commits.push(made);
    return made;
  }

  async function imageOf(app: AppName, head: Commit, folder: string): Promise<Digest> {
    writeLayout(folder, `${app} ${contentIn(head, app)}`, files);
    return (await readLayout(folder, files)).digest;
  }

  function run(number: number, head: Commit, event = "push", ref = "refs/heads/main"): ReplayedRun {
    const runFx = machine.fx.withEnv({
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: event,
      GITHUB_REF: ref,
      GITHUB_SHA: head.id,
      GITHUB_REPOSITORY: repository,
      GITHUB_WORKFLOW_REF: `${repository}/.github/workflows/ci-cd.yml@${ref}`,
      GITHUB_RUN_NUMBER: String(number),
      GITHUB_ACTOR: "somebody",
    });
    let planned: Outputs<"plan"> | undefined;
    const prove = (work: Work, inputs: Digest, images: Proof["images"]): string => {
      const proof: Proof = {
        version: proofVersion,
        work,
        inputs,
        passed: 7,
        images,
        milliseconds: 1,
        commit: head.id,
        run: String(number),
        at: new Date().toISOString(),
      };
      const folder = `.pipeline/run-${number}/proofs-${work}`;
      files.write(`${folder}/proof.json`, JSON.stringify(proof));
      return folder;
    };
    return {
      commit: head,
      fx: runFx,
      get planned() {
        return planned;
      },
      async plan({ fresh = false, fx = runFx, current = inputsIn(head) } = {}) {
        const settings = {
          DOCKER_USERNAME: owner,
          DEPLOY_HOST: servers.DEPLOY_HOST,
          PUBLIC_ORIGIN: "",
          TRUSTED_PROXIES: "",
        };
        planned = await plan(trigger(fx.env), { fresh, settings }, current, fx);
        return planned;
      },
      async build() {
        const { build, carried, integrate } = planned!;
        const images: Record<string, string> = {};
        const proofs: Record<string, string> = {};
        const tested: Record<string, Digest> = { ...carried };
        for (const app of build) {
          images[app] = `.pipeline/run-${number}/oci-${app}`;
          const digest = await imageOf(app, head, images[app]);
          tested[app] = digest;
          proofs[app] = prove(app, hash(folderOf(app), contentIn(head, app)), { [app]: digest });
        }
        if (integrate) proofs["integration"] = prove("integration", hash(tested), tested);
        return { images, tested, proofs };
      },
      async release(built) {
        const { carried, tag, publish: wanted } = planned!;
        if (!wanted) return undefined;
        const credentials = { DOCKER_HUB_USERNAME: "publisher", DOCKER_HUB_ACCESS_TOKEN: "token" };
        const settings = { DOCKER_USERNAME: owner, ...credentials };
        const inputs = { ...(built ?? (await this.build())), carried, tag, settings };
        const result = await publish(inputs, inputsIn(head), runFx);
        if (result.current) await this.deploy(result.published);
        return result;
      },
      deploy(published) {
        const ports = { DEPLOY_HTTP_PORT: "", DEPLOY_PORT_BASE: "", PUBLIC_ORIGIN: "" };
        const settings = { ...servers, ...ports, DOCKER_USERNAME: owner } as Inputs<"deploy">["settings"];
        return deploy({ published, tag: planned!.tag, settings }, runFx);
      },
    };
  }

  /** A run that no other run overlaps. */
  async function push(number: number, head: Commit): Promise<ReplayedRun> {
    const made = run(number, head);
    await made.plan();
    await made.release();
    return made;
  }

  async function document(): Promise<ReleaseDocument> {
    const read = await registry.document("wmd/wmd-release", "latest", releaseMediaType);
    return parseRelease(Buffer.from(read?.bytes ?? []).toString(), { repository, owner }, Date.now());
  }

  /** The commit of the release, and each image of it: in the document, under its tags, and on the swarm. */
  async function released(): Promise<object> {
    const { commit: id, tag, images } = await document();
    const tagged = async (name: string) =>
      Object.fromEntries(
        await Promise.all(
          appNames.map(async (app) => [app, await registry.resolve(`wmd/${catalog[app].image}`, name)] as const),
        ),
      );
    return {
      commit: id,
      document: Object.fromEntries(Object.entries(images).map(([app, image]) => [app, image.digest])),
      [tag]: await tagged(tag),
      latest: await tagged("latest"),
      running: await runningDigests(machine.fx),
    };
  }

  /** What is expected once a commit is released. */
  async function releaseOf(head: Commit): Promise<object> {
    const images: Record<string, Digest> = {};
    for (const app of appNames) images[app] = await imageOf(app, head, ".pipeline/expected");
    const tag = `sha-${head.id.slice(0, 12)}`;
    return { commit: head.id, document: images, [tag]: images, latest: images, running: images };
  }

  return { commit, run, push, document, released, releaseOf };
}
