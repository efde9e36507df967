/** Who builds: the engine itself where its store can write OCI layouts, else a BuildKit of our own. */
import { docker } from "./commands.ts";
import type { Effects } from "./effects.ts";

const ownBuilder = "wmd";

export async function builderFor(
  { containerdStore }: { readonly containerdStore: boolean },
  fx: Effects,
): Promise<string> {
  if (containerdStore) return (await fx.capture(docker.currentContext)).trim();
  const found = await fx.attempt(docker.inspectBuilder(ownBuilder));
  if (found.code !== 0) await fx.run(docker.createBuilder(ownBuilder), { title: "builder" });
  return ownBuilder;
}
