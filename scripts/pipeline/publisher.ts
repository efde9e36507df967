/** The ports that containers of ours publish already. */
import type { Effects } from "../core/effects.ts";
import { docker } from "../docker/docker.ts";
import { type Publisher, publishedPorts } from "../docker/ports.ts";
import { runningEngine } from "../engine/engine.ts";
import { use } from "../engine/prepare-engine.ts";

/** What the engine that runs already publishes for containers with one of the labels. */
export async function publisher(labels: readonly string[], fx: Effects): Promise<Publisher> {
  const engine = await runningEngine(fx);
  if (engine === undefined) return { ours: new Set(), rootless: false };
  use(engine);
  const written = await Promise.all(labels.map((label) => fx.output(docker.labelled(label, "{{.Ports}}"))));
  return { ours: publishedPorts(written.join("\n")), rootless: engine.rootless };
}
