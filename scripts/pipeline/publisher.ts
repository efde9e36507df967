/** The ports that containers of ours publish already. */
import type { Effects } from "../core/effects.ts";
import { docker } from "../docker/docker.ts";
import { type Publisher, publishedPorts } from "../docker/ports.ts";
import { runningEngine } from "../engine/engine.ts";

/** The ports that a running engine publishes for containers with one of the labels. */
export async function publisher(labels: readonly string[], fx: Effects): Promise<Publisher> {
  const engine = await runningEngine(fx);
  if (engine === undefined) return { ours: new Set(), rootless: false };
  const onEngine = fx.withEnv(engine.env);
  const lines: string[] = [];
  for (const label of labels) lines.push(await onEngine.output(docker.labelled(label, "{{.Ports}}")));
  return { ours: publishedPorts(lines.join("\n")), rootless: engine.rootless };
}
