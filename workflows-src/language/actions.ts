/** The actions of other repositories, pinned by commit. The compiler writes the version beside the pin as a comment. Pure. */
import type { ActionId, InputName, OutputName, RequiredInput } from "./action-types.ts";

export type Permission =
  | ("actions" | "attestations" | "checks" | "contents" | "deployments" | "id-token" | "issues" | "packages")
  | ("pages" | "pull-requests" | "security-events" | "statuses");

export interface Action {
  readonly repository: string;
  readonly version: string;
  readonly commit: string;
  /** Of the action inside the repository, if it is not at its root. */
  readonly path?: string;
  readonly permissions: Grants;
}

/** Permissions with their levels. */
export type Grants = { readonly [P in Permission]?: "read" | "write" };

/** Keeps the texts as types, so that the metadata of the action is found by them. */
const pin = <const A extends Action>(action: A): A => action;

/** The repository of the action, and its folder there: its key in the metadata. */
export const idOf = ({ repository, path }: Pick<Action, "repository" | "path">): string =>
  path === undefined ? repository : `${repository}/${path}`;

/** The action as a step names it. */
export const pinned = (action: Action): string => `${idOf(action)}@${action.commit}`;

export const checkout = pin({
  repository: "actions/checkout",
  version: "v7.0.1",
  commit: "3d3c42e5aac5ba805825da76410c181273ba90b1",
  permissions: { contents: "read" },
});

export const setupNode = pin({
  repository: "actions/setup-node",
  version: "v7.0.0",
  commit: "820762786026740c76f36085b0efc47a31fe5020",
  permissions: {},
});

export const uploadArtifact = pin({
  repository: "actions/upload-artifact",
  version: "v7.0.0",
  commit: "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",
  permissions: {},
});

export const downloadArtifact = pin({
  repository: "actions/download-artifact",
  version: "v8.0.1",
  commit: "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
  permissions: {},
});

const cache = pin({
  repository: "actions/cache",
  version: "v5.0.5",
  commit: "27d5ce7f107fe9357f9df03efb73ab90386fccae",
  permissions: {},
});
export const dockerLogin = pin({
  repository: "docker/login-action",
  version: "v4.6.0",
  commit: "dbcb813823bdd20940b903addbd779551569679f",
  permissions: {},
});

export const restoreCache = pin({ ...cache, path: "restore" });
export const saveCache = pin({ ...cache, path: "save" });

/** What a job may change about its checkout. The commit is that of the run. */
export interface Checkout {
  /** The number of commits to fetch; 0 fetches the whole history with its tags. */
  readonly "fetch-depth"?: number;
  readonly submodules?: boolean | "recursive";
  readonly lfs?: boolean;
  /** The paths to write; without it, all. */
  readonly "sparse-checkout"?: string;
}
interface SafeCheckout extends Checkout {
  readonly "persist-credentials": false;
}

/** An interface and not a type, so that error messages of the compiler contain its name. */
interface UploadArtifact {
  readonly name: string;
  readonly path: string;
  readonly "retention-days": number;
  /** GitHub refuses an upload under a name that the run has already, and a job that is run again uploads again. */
  readonly overwrite: true;
  readonly "if-no-files-found": "error" | "ignore";
  readonly "include-hidden-files": true;
  readonly "compression-level"?: number;
}

/** The inputs of each action that this project allows; any other input does not compile. */
interface Allowed {
  readonly checkout: SafeCheckout;
  readonly setupNode:
    | { readonly "node-version-file": string; readonly "package-manager-cache": false }
    | { readonly "node-version": string; readonly "package-manager-cache": false };
  readonly uploadArtifact: UploadArtifact;
  readonly downloadArtifact:
    | { readonly name: string; readonly path: string }
    | { readonly pattern: string; readonly path: string };
  readonly restoreCache: { readonly path: string; readonly key: string; readonly "restore-keys": string };
  readonly saveCache: { readonly path: string; readonly key: string };
  /** Without a password the action gets a short-lived token for the job's `id-token`. */
  readonly dockerLogin: { readonly username: string; readonly password?: string; readonly registry?: string };
}

export const actions = {
  checkout,
  setupNode,
  uploadArtifact,
  downloadArtifact,
  restoreCache,
  saveCache,
  dockerLogin,
} as const satisfies Record<keyof Allowed, Action>;

type IdOf<A> = A extends { readonly repository: infer R extends string; readonly path: infer P extends string }
  ? `${R}/${P}`
  : A extends { readonly repository: infer R extends string }
    ? R
    : never;
/** Does not compile for an action without metadata. */
type MetadataOf<A extends keyof Allowed, Id extends ActionId = IdOf<(typeof actions)[A]>> = Id;

/**
 * The inputs of each action that workflows may use: those that are allowed, as far as the action has them.
 * An input that the action requires is required. After an update of the metadata, a use that no longer fits does not compile.
 */
export type Inputs = { readonly [A in keyof Allowed]: Known<Allowed[A], MetadataOf<A>> };
/** Where everything fits, the type itself, so that error messages of the compiler contain its name. */
type Known<I, Id extends ActionId> = I extends unknown
  ? Complete<[keyof I] extends [InputName<Id>] ? I : Pick<I, keyof I & InputName<Id>>, RequiredInput<Id>>
  : never;
type Complete<I, Required extends PropertyKey> =
  I extends Readonly<Record<Required, unknown>>
    ? I
    : I & { readonly [K in Required]: K extends keyof I ? I[K] : string };

/** The outputs that the metadata of the action lists. */
export type OutputsOf<A extends keyof Allowed> = OutputName<MetadataOf<A>>;
