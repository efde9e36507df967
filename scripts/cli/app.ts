import { type AppName, type AppSpec, appNames, catalog } from "../../apps/catalog.ts";
import { parsePort } from "../../contract/ports.ts";
import type { Effects } from "../core/effects.ts";
import { builderFor, buildx } from "../docker/buildx.ts";
import { docker } from "../docker/docker.ts";
import { parseCommand } from "../docker/inspected.ts";
import { checkPorts } from "../docker/ports.ts";
import { syncSources } from "../docker/sync-sources.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { command, oneOf, optionalValue } from "./definition/command.ts";
import { withRunLock } from "../core/run-lock.ts";

export const app = command({
  summary: "run one application alone, and reload its Python sources when they change",
  details: "The application has a database of its own, which is removed when the command ends.",
  argument: oneOf("application", appNames),
  options: {
    port: optionalValue("PORT", "the port on this machine (default: the application's port in the stack)", parsePort),
  },
  run: ({ options, argument: name }, fx) => runApp(name, options.port ?? catalog[name].publishedPort, fx),
});

/** The run lock is held while the image is built, and released while the application runs. */
async function runApp(name: AppName, port: number, laptop: Effects): Promise<void> {
  await checkPorts([port], { ours: new Set(), rootless: false }, laptop);
  const { image, port: target, accounts }: AppSpec = catalog[name];
  const context = `apps/${image}`;
  const container = `wmd-app-${name}`;
  const tag = `wmd-app/${image}`;
  const fx = await withRunLock(laptop, async () => {
    const { engine, onEngine } = await prepareEngine({ engine: true }, laptop);
    const builder = await builderFor(engine, onEngine);
    await onEngine.run(buildx.image({ context, builder }, tag), { title: `${name}: image` });
    return onEngine;
  });
  const imageCommand = parseCommand(await fx.output(docker.commandOf(tag)));

  await fx.tryRun(docker.remove(container));
  const watcher = syncSources(context, container, fx);
  try {
    await fx.output(docker.runDevelopment({ name: container, image: tag, port, target }, imageCommand));
    fx.log(`\n${name} is starting on http://localhost:${port}. Ctrl-C stops it and removes its database.`);
    if (accounts) fx.log(`To create an account: docker exec ${container} python manage.py create-admin NAME`);
    fx.log("");
    await fx.follow(docker.follow(container));
  } finally {
    await watcher.close();
    await fx.cleanUp(docker.remove(container));
  }
}
