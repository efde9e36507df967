/**
 * The contract between workflow and scripts: the inputs, outputs and settings of each stage. Pure.
 * The `env`, outputs, `needs`, artifacts, secrets and environment of a job derive from it,
 * and so do the types of the function that runs the stage.
 */
import { type AppName, appNames } from "../apps/catalog.ts";
import {
  type Codec,
  type Scalar,
  type Value,
  cache,
  digests,
  evidence,
  flag,
  folder,
  folders,
  list,
  oneOf,
  optionalFlag,
  optionalText,
  text,
} from "./codecs.ts";
import type { Digests } from "./digests.ts";
import type { EnvironmentName, VariableName, environments } from "./settings.ts";

/** From 1 to 360: GitHub's own runners end a job after six hours. */
export type Minutes = Exclude<UpTo<360>, 0>;
type UpTo<N extends number, Counted extends readonly 0[] = [], Numbers = never> = Counted["length"] extends N
  ? Numbers | N
  : UpTo<N, [...Counted, 0], Numbers | Counted["length"]>;

export interface Contract {
  /** The name of the job and of its step on the Actions page. */
  readonly title: string;
  readonly inputs?: Readonly<Record<string, Codec>>;
  readonly outputs?: Readonly<Record<string, Codec>>;
  readonly variables?: readonly VariableName[];
  readonly environment?: EnvironmentName;
  /** GitHub ends the job after this many minutes. */
  readonly timeoutMinutes: Minutes;
  /** Fetches the full history, because the stage compares commits. */
  readonly fullHistory?: true;
  /** Jobs of one group run one after another, across runs and workflows. */
  readonly concurrencyGroup?: string;
}

const app = oneOf(appNames);

/** Interfaces and not types, so that error messages of the compiler contain their names. */
interface Published extends Digests<"published", AppName> {}
interface Tested extends Digests<"tested", AppName> {}
const published: Scalar<Published> = digests("published", app);
const tested: Scalar<Tested> = digests("tested", app);

/** The machine to deploy to, and its ports and public address. */
const deployVariables = [
  ...(["DOCKER_USERNAME", "DEPLOY_HOST", "DEPLOY_HOST_KEY"] as const),
  ...(["DEPLOY_HTTP_PORT", "DEPLOY_PORT_BASE", "PUBLIC_ORIGIN", "TRUSTED_PROXIES"] as const),
] as const;

export const contracts = {
  plan: {
    title: "Plan",
    /** `fresh`: no earlier result is believed. */
    inputs: { fresh: optionalFlag },
    outputs: {
      /** The applications to build; the others are carried. */
      build: list(app),
      /** The published images of the applications whose inputs did not change. */
      carried: published,
      integrate: flag,
      /** The applications that the integration tests in full, at least one; the others get smoke tests. */
      changed: list(app),
      /** All images, if the integration of exactly these is proven already; else none. */
      proven: tested,
      publish: flag,
      deploy: flag,
      tag: text,
    },
    variables: ["DOCKER_USERNAME", "DEPLOY_HOST", "PUBLIC_ORIGIN", "TRUSTED_PROXIES"],
    fullHistory: true,
    timeoutMinutes: 5,
  },
  check: { title: "Check", timeoutMinutes: 10 },
  build: {
    title: "Build",
    /** `layers`: those of earlier builds. */
    inputs: { app, layers: cache("layers") },
    outputs: { image: folder("oci"), reports: evidence("reports"), proofs: evidence("proofs") },
    timeoutMinutes: 20,
  },
  integrate: {
    title: "Integrate",
    inputs: { carried: published, changed: list(app), images: folders("oci") },
    outputs: {
      tested,
      reports: evidence("integration"),
      proof: evidence("proofs", "integration"),
    },
    variables: ["DOCKER_USERNAME"],
    timeoutMinutes: 25,
  },
  publish: {
    title: "Publish",
    inputs: {
      carried: published,
      images: folders("oci"),
      tested,
      proofs: folders("proofs"),
      tag: text,
    },
    /** `current`: whether these are the newest images; else the stage has changed nothing. */
    outputs: { published, current: flag },
    variables: ["DOCKER_USERNAME"],
    environment: "docker-hub",
    concurrencyGroup: "publish",
    fullHistory: true,
    timeoutMinutes: 20,
  },
  deploy: {
    title: "Deploy",
    inputs: { published, tag: text },
    variables: deployVariables,
    environment: "production",
    concurrencyGroup: "deploy",
    fullHistory: true,
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

/** The argument of the stage's function: its inputs, and its variables and secrets as `settings` (empty when not set). */
export type Inputs<S extends StageName> = { readonly [K in keyof InputCodecs<S>]: Value<InputCodecs<S>[K]> } & {
  readonly settings: Settings<S>;
};
type Settings<S extends StageName> = { readonly [K in Granted<S>]: string };

/** The result of the stage's function. Folders are not part of it: the function writes them to `artifactPath`. */
export type Outputs<S extends StageName> = {
  readonly [K in keyof OutputCodecs<S> as OutputCodecs<S>[K] extends { readonly kind: "scalar" } ? K : never]: Value<
    OutputCodecs<S>[K]
  >;
};
