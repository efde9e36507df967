/** The inputs and outputs in the `action.yml` of each action, at the commit that our workflows use. Pure. */
import { actions, pinned } from "../../workflows-src/language/actions.ts";

export interface ActionInterface {
  /** A `!` at the end marks a required input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const interfaces: Readonly<Record<keyof typeof actions, { readonly inputs: string; readonly outputs: string }>> = {
  checkout: {
    inputs:
      "repository ref token ssh-key ssh-known-hosts ssh-strict ssh-user persist-credentials path clean filter sparse-checkout sparse-checkout-cone-mode fetch-depth fetch-tags show-progress lfs submodules set-safe-directory github-server-url allow-unsafe-pr-checkout",
    outputs: "ref commit",
  },
  setupNode: {
    inputs:
      "node-version node-version-file architecture check-latest registry-url scope token cache package-manager-cache cache-dependency-path mirror mirror-token",
    outputs: "cache-hit cache-primary-key cache-matched-key node-version",
  },
  uploadArtifact: {
    inputs: "name path! if-no-files-found retention-days compression-level overwrite include-hidden-files archive",
    outputs: "artifact-id artifact-url artifact-digest",
  },
  downloadArtifact: {
    inputs:
      "name artifact-ids path pattern merge-multiple github-token repository run-id skip-decompress digest-mismatch",
    outputs: "download-path",
  },
  restoreCache: {
    inputs: "path! key! restore-keys enableCrossOsArchive fail-on-cache-miss lookup-only",
    outputs: "cache-hit cache-primary-key cache-matched-key",
  },
  saveCache: { inputs: "path! key! upload-chunk-size enableCrossOsArchive", outputs: "" },
  dockerLogin: { inputs: "registry username password ecr scope logout registry-auth", outputs: "" },
};

const byPin: ReadonlyMap<string, ActionInterface> = new Map(
  Object.entries(interfaces).map(([name, { inputs, outputs }]) => [
    pinned(actions[name as keyof typeof actions]),
    { inputs: words(inputs), outputs: words(outputs) },
  ]),
);

/** @param uses the action with its commit, as a step names it; one of another commit is unknown */
export const interfaceOf = (uses: string): ActionInterface | undefined => byPin.get(uses);

function words(text: string): readonly string[] {
  return text.split(" ").filter(Boolean);
}
