/**
 * What each stage inputs, gives and needs: the one contract that joins workflow and scripts.
 * A job's `env`, outputs, `needs`, artifacts, secrets and environment derive from it,
 * and so do the types of the function that does the work.
 */
import { appNames } from "../apps/catalog.ts";
import {
  type Codec,
  type Value,
  digests,
  evidence,
  flag,
  folder,
  folders,
  list,
  oneOf,
  optionalText,
  text,
} from "./codecs.ts";
import { paymentSecrets, paymentSecretsTold } from "./payments.ts";

/** An environment of the repository is the grant of its secrets. Both are restricted to `main`. */
export const environments = {
  "docker-hub": { secrets: ["DOCKER_HUB_USERNAME", "DOCKER_HUB_ACCESS_TOKEN"] },
  production: { secrets: ["DEPLOY_SSH_KEY", ...paymentSecrets] },
} as const satisfies Record<string, { readonly secrets: readonly string[] }>;

/** Variables of the repository: what they set, and what happens without them. */
export const variables = {
  DOCKER_USERNAME: { sets: "the Docker Hub account that owns the images", without: "nothing is published or deployed" },
  DEPLOY_HOST: { sets: "the swarm manager, as user@host or user@host:port", without: "nothing is deployed" },
  DEPLOY_HOST_KEY: {
    sets: "that machine's public host key, as `ssh-keyscan` prints it without the host",
    without: "deploy fails and names it",
  },
  DEPLOY_HTTP_PORT: { sets: "the proxy's port on that machine, where something else holds 80", without: "it is 80" },
  DEPLOY_PORT_BASE: { sets: "the applications' ports on that machine: this plus 1 to 5", without: "it is 9000" },
  PUBLIC_ORIGIN: {
    sets: "what the address of the proxy begins with for visitors, such as `https://shop.example`",
    without: "the applications take the scheme to be http, there is no sitemap, and checkout is off",
  },
} as const satisfies Record<string, { readonly sets: string; readonly without: string }>;

export const secrets = {
  DOCKER_HUB_USERNAME: { sets: "who logs in to Docker Hub", without: "publish fails and names it" },
  DOCKER_HUB_ACCESS_TOKEN: {
    sets: "an access token with read and write permission",
    without: "publish fails and names it",
  },
  DEPLOY_SSH_KEY: { sets: "a private key that may log in to DEPLOY_HOST", without: "deploy fails and names it" },
  ...paymentSecretsTold,
} as const satisfies Record<(typeof environments)[keyof typeof environments]["secrets"][number], unknown>;

export type EnvironmentName = Extract<keyof typeof environments, string>;
export type VariableName = Extract<keyof typeof variables, string>;

export interface Contract {
  /** What a reader of the Actions page sees. */
  readonly title: string;
  readonly inputs?: Readonly<Record<string, Codec>>;
  readonly outputs?: Readonly<Record<string, Codec>>;
  readonly variables?: readonly VariableName[];
  readonly environment?: EnvironmentName;
  /** After how many minutes the job is ended. */
  readonly timeoutMinutes: number;
  /** Whole history of the commit graph, where a stage compares commits. */
  readonly fullHistory?: true;
  /** Jobs of one lane wait for each other, across runs and workflows. */
  readonly concurrencyGroup?: string;
}

const app = oneOf(appNames);

/** What names the machine, and the addresses there. */
const deployVariables = [
  ...(["DOCKER_USERNAME", "DEPLOY_HOST", "DEPLOY_HOST_KEY"] as const),
  ...(["DEPLOY_HTTP_PORT", "DEPLOY_PORT_BASE", "PUBLIC_ORIGIN"] as const),
] as const;

export const contracts = {
  plan: {
    title: "Plan",
    outputs: { apps: list(app), publish: flag, deploy: flag, tag: text },
    variables: ["DOCKER_USERNAME", "DEPLOY_HOST"],
    fullHistory: true,
    timeoutMinutes: 5,
  },
  check: { title: "Check", timeoutMinutes: 10 },
  build: {
    title: "Build",
    inputs: { app },
    outputs: { image: folder("oci"), reports: evidence("reports") },
    timeoutMinutes: 20,
  },
  integrate: {
    title: "Integrate",
    inputs: { apps: list(app), images: folders("oci") },
    outputs: { tested: digests("tested", app), reports: evidence("integration") },
    timeoutMinutes: 25,
  },
  publish: {
    title: "Publish",
    inputs: { images: folders("oci"), tested: digests("tested", app), tag: text },
    outputs: { published: digests("published", app) },
    variables: ["DOCKER_USERNAME"],
    environment: "docker-hub",
    concurrencyGroup: "publish",
    timeoutMinutes: 20,
  },
  deploy: {
    title: "Deploy",
    inputs: { published: digests("published", app), tag: text },
    variables: deployVariables,
    environment: "production",
    concurrencyGroup: "deploy",
    timeoutMinutes: 30,
  },
  redeploy: {
    title: "Redeploy",
    inputs: { app: oneOf(["all", ...appNames]), tag: text, reason: optionalText },
    variables: deployVariables,
    environment: "production",
    concurrencyGroup: "deploy",
    timeoutMinutes: 30,
  },
} as const satisfies Record<string, Contract>;

export type Contracts = typeof contracts;
export type StageName = Extract<keyof Contracts, string>;
export const stageNames = Object.keys(contracts) as readonly StageName[];

/** The contract of a stage as data, for code that treats all stages alike. */
export const contractOf = (stage: StageName): Contract => contracts[stage];

export type InputCodecs<S extends StageName> = Contracts[S] extends { readonly inputs: infer T }
  ? T
  : Record<never, never>;
export type OutputCodecs<S extends StageName> = Contracts[S] extends { readonly outputs: infer G }
  ? G
  : Record<never, never>;
type Granted<S extends StageName> =
  | (Contracts[S] extends { readonly variables: readonly (infer V extends string)[] } ? V : never)
  | (Contracts[S] extends { readonly environment: infer E extends EnvironmentName }
      ? (typeof environments)[E]["secrets"][number]
      : never);

/** What the stage's function is called with: what it inputs, and its variables and secrets as `settings` (empty when unset). */
export type Inputs<S extends StageName> = { readonly [K in keyof InputCodecs<S>]: Value<InputCodecs<S>[K]> } & {
  readonly settings: { readonly [K in Granted<S>]: string };
};

/** What the stage's function gives; folders are left where `artifactPath` says, and are not returned. */
export type Outputs<S extends StageName> = {
  readonly [K in keyof OutputCodecs<S> as OutputCodecs<S>[K] extends { readonly kind: "scalar" } ? K : never]: Value<
    OutputCodecs<S>[K]
  >;
};
