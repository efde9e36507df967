/** The command line: parses, calls one thing, and is the only place that catches. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { type AppName, appNames, catalog } from "../apps/catalog.ts";
import { runApp } from "./cli/app.ts";
import { benchmark, stackMemory } from "./benchmark/benchmark.ts";
import { build } from "./stages/build.ts";
import { builderFor } from "./docker/buildx.ts";
import { check } from "./stages/check.ts";
import { stackName } from "../contract/names.ts";
import { type Environment, inputsOf } from "../contract/inputs.ts";
import { trigger } from "../contract/trigger.ts";
import { type StageName, stageNames } from "../contract/contracts.ts";
import { deploy } from "./stages/deploy.ts";
import { Cancelled } from "./core/command.ts";
import { type Effects, createEffects } from "./core/effects.ts";
import { UserError } from "../contract/user-error.ts";
import { engineCommand } from "./engine/engine-command.ts";
import { runningEngine, stopEngine } from "./engine/engine.ts";
import { explain } from "./core/explain.ts";
import { withRunLock } from "./core/run-lock.ts";
import { integrate } from "./stages/integrate.ts";
import { plan } from "./stages/plan.ts";
import { publish } from "./stages/publish.ts";
import { redeploy } from "./stages/redeploy.ts";
import { splitOwner } from "./oci/owner.ts";
import { parsePort, usualPorts } from "../contract/ports.ts";
import type { Owner } from "./pipeline/deploy-target.ts";
import { prepareEngine } from "./engine/prepare-engine.ts";
import { start } from "./cli/start.ts";
import { stop } from "./cli/stop.ts";
import { dryRun } from "./pipeline/dry-run.ts";
import { loadSynth } from "./lint/drift.ts";
import { test } from "./cli/test.ts";

/** Ends the process with this code and message: what was asked for cannot be done. */
const misuse = 2;
const endedBySignal = 130;

interface CommandLine {
  readonly help: string;
  readonly run: (args: readonly string[], env: Environment, fx: Effects) => Promise<void>;
}

const commands: Readonly<Record<string, CommandLine>> = {
  start: {
    help: `npm start [-- OPTIONS]
Runs the whole pipeline on this machine and leaves the stack serving.

  --swarm            deploy to a swarm of one, as in production, instead of compose
  --http-port PORT   the proxy's port on this machine (80)
  --port-base PORT   the applications' ports are this plus 1 to 5 (9000)
  --registry OWNER   publish to an account instead of a registry on loopback: wmd (of Docker Hub),
                     127.0.0.1:5123/wmd; logs in with DOCKER_HUB_USERNAME and DOCKER_HUB_ACCESS_TOKEN
  --no-engine        do not unpack an engine where there is none
  --dry-run          print the commands that would run`,
    async run(args, env, fx) {
      const { values } = parsed(args, {
        registry: { type: "string" },
        swarm: { type: "boolean", default: false },
        "http-port": { type: "string", default: String(usualPorts.http) },
        "port-base": { type: "string", default: String(usualPorts.base) },
        "no-engine": { type: "boolean", default: false },
        "dry-run": { type: "boolean", default: false },
      });
      const options = {
        swarm: values.swarm,
        engine: !values["no-engine"],
        owner: values.registry === undefined ? undefined : ownerFrom(values.registry, env, fx),
        ports: {
          http: parsePort("--http-port", values["http-port"]),
          base: parsePort("--port-base", values["port-base"]),
        },
      };
      if (values["dry-run"]) await dryRun((simulated) => start(options, simulated), fx);
      else await runPipeline(fx, () => start(options, fx));
    },
  },
  stop: {
    help: `npm stop [-- OPTIONS]
Takes the stack and the registry down. Data is kept.

  --volumes   drop the data too
  --engine    also end an engine that this project started`,
    async run(args, _, fx) {
      const { values } = parsed(args, {
        volumes: { type: "boolean", default: false },
        engine: { type: "boolean", default: false },
      });
      await withRunLock(fx, async () => {
        await stop(values, fx);
        if (values.engine) fx.log(`engine: ${await stopEngine(fx)}`);
      });
    },
  },
  stage: {
    help: `npm run stage -- NAME
Runs one stage as the workflow does: what it takes is read from the environment.

  ${stageNames.join(", ")}`,
    async run(args, env, fx) {
      const [name, ...others] = args;
      const stage = stageNames.find((known) => known === name);
      if (stage === undefined)
        throw new UserError(`There is no stage ${JSON.stringify(name ?? "")}`, `Stages: ${stageNames.join(", ")}`);
      if (others.length > 0)
        throw new UserError(`${stage} takes no arguments`, "What it takes is read from the environment");
      await runStage(stage, env, fx);
    },
  },
  app: {
    help: `npm run app -- NAME [OPTIONS]
Runs one application alone and loads its Python sources again when they change; its database is its own, and ends with it.

  ${appNames.join(", ")}

  --port PORT   where it answers on this machine (its own of the stack)`,
    async run([name = "", ...args], _, fx) {
      const app = appNamed(name);
      const { values } = parsed(args, { port: { type: "string", default: String(catalog[app].publishedPort) } });
      await runApp(app, parsePort("--port", values.port), fx);
    },
  },
  benchmark: {
    help: `npm run benchmark -- [NAME…] [OPTIONS]
Loads one replica of each application, alone on one core, and the bare minimum of its framework beside it;
prints tables in Markdown. Say what the load comes from: taskset -c 1 npm run benchmark

  ${appNames.join(", ")}

  --stack   only the memory of the stack that npm start left serving`,
    async run(args, _, fx) {
      const { values, positionals } = parsed(args, { stack: { type: "boolean", default: false } }, true);
      const apps = positionals.map(appNamed);
      if (!values.stack) await runPipeline(fx, () => benchmark(apps.length > 0 ? apps : appNames, fx));
      else {
        const { onEngine } = await prepareEngine({ engine: false }, fx);
        await stackMemory(stackName, onEngine);
      }
    },
  },
  check: {
    help: "npm run check\nTypes, lint, format, drift and unit tests: everything that needs no engine.",
    run: async (args, _, fx) => {
      parsed(args, {});
      await check({ settings: {} }, fx);
    },
  },
  test: {
    help: "npm test\nEverything: what `npm run check` does, and the whole pipeline on an engine. The last line counts the tests.",
    run: async (args, _, fx) => {
      parsed(args, {});
      await runPipeline(fx, () => test(fx));
    },
  },
  synth: {
    help: "npm run synth [-- --check]\nWrites every generated file; with --check shows what differs, and changes nothing.",
    async run(args, _, fx) {
      const { values } = parsed(args, { check: { type: "boolean", default: false } });
      const { drift, write } = await loadSynth();
      if (!values.check) {
        const changed = write(".");
        fx.log(
          changed.length > 0
            ? changed.map((path) => `wrote ${path}`).join("\n")
            : "Every generated file is what the sources say",
        );
        return;
      }
      const found = drift(".");
      for (const { patch } of found) fx.log(patch);
      if (found.length > 0)
        throw new UserError(`${found.map(({ path }) => path).join(", ")}: not what the sources say`, "npm run synth");
      fx.log("Every generated file is what the sources say");
    },
  },
  engine: {
    help: "",
    async run(args, _, fx) {
      process.exitCode = await engineCommand(args, fx);
    },
  },
};

function appNamed(name: string): AppName {
  const app = appNames.find((known) => known === name);
  if (app === undefined)
    throw new UserError(`There is no application ${JSON.stringify(name)}`, `Applications: ${appNames.join(", ")}`);
  return app;
}

function ownerFrom(name: string, env: Environment, fx: Effects): Owner {
  splitOwner(name);
  const { DOCKER_HUB_USERNAME: username, DOCKER_HUB_ACCESS_TOKEN: password } = env;
  if (!username || !password) return { name };
  fx.mask(password);
  return { name, credentials: { username, password } };
}

/** Runs work under the run lock. When a signal ends it, an engine that it started is stopped, too. */
async function runPipeline(fx: Effects, work: () => Promise<void>): Promise<void> {
  await withRunLock(fx, async () => {
    const before = await runningEngine(fx);
    try {
      await work();
    } catch (failure) {
      // The effects of the run do nothing more after the signal.
      if (failure instanceof Cancelled && before === undefined)
        await stopEngine(createEffects({ env: fx.env, terminal: process.stdout }));
      throw failure;
    }
  });
}

async function runStage(stage: StageName, env: Environment, fx: Effects): Promise<void> {
  const outputs = await stageOutputs(stage, env, fx);
  for (const [key, value] of Object.entries(outputs))
    fx.setOutput(key, typeof value === "string" ? value : JSON.stringify(value));
}

const entriesOf = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

async function stageOutputs(stage: StageName, env: Environment, fx: Effects): Promise<object> {
  switch (stage) {
    case "plan":
      return plan(
        trigger(env, (path) => readFileSync(path, "utf8")),
        inputsOf(stage, env, entriesOf),
        fx,
      );
    case "check":
      return check(inputsOf(stage, env, entriesOf), fx);
    case "build": {
      const inputs = inputsOf(stage, env, entriesOf);
      return withRunLock(fx, async () => {
        const { engine, onEngine } = await prepareEngine({ engine: true }, fx);
        return build(inputs, await builderFor(engine, onEngine), onEngine);
      });
    }
    case "integrate": {
      const inputs = inputsOf(stage, env, entriesOf);
      return withRunLock(fx, async () => integrate(inputs, (await prepareEngine({ engine: true }, fx)).onEngine));
    }
    case "publish":
      return publish(inputsOf(stage, env, entriesOf), fx);
    case "deploy":
      return withRunLock(fx, () => deploy(inputsOf(stage, env, entriesOf), fx));
    case "redeploy":
      return withRunLock(fx, () => redeploy(inputsOf(stage, env, entriesOf), fx));
  }
}

type ParseOptions = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

/** An error in the command line itself: the command did not start. */
class Misuse extends UserError {}

/** npm takes options that stand before `--` for itself, without a message, and passes them on as variables. It checks `registry` itself. */
function rejectOptionsTakenByNpm(options: readonly string[]): void {
  const taken = options.filter((name) => {
    const variable = `npm_config_${name.replace(/^no-/u, "").replaceAll("-", "_")}`;
    return name !== "registry" && process.env[variable] !== undefined;
  });
  if (taken.length === 0) return;
  const written = taken.map((name) => `--${name}`).join(" ");
  throw new Misuse(`npm took ${written} for itself`, `Write the options after two dashes: npm … -- ${written}`);
}

function parsed<const O extends ParseOptions>(args: readonly string[], options: O, allowPositionals = false) {
  rejectOptionsTakenByNpm(Object.keys(options));
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (cause) {
    throw new UserError(cause instanceof Error ? (cause.message.split(". ")[0] ?? "") : String(cause), "See --help", {
      cause,
    });
  }
}

const usage = `npm start        the whole pipeline on this machine; leaves the stack serving
npm stop         takes it down
npm test         everything, proven
npm run check    the part that needs no engine
npm run app -- NAME
npm run benchmark
npm run stage -- NAME
npm run synth    writes the generated files
npm run engine   the engine that this project can bring along
Each knows --help, after two dashes: npm start -- --help`;

async function main(argv: readonly string[], env: Environment): Promise<number> {
  // Standard output is for what another program reads: an engine's environment.
  const fx = createEffects({ env, terminal: argv[0] === "engine" ? process.stderr : process.stdout });
  try {
    const [name = "", ...args] = argv;
    const command = commands[name];
    if (command === undefined) {
      fx.log(usage);
      return name === "" || name === "--help" ? 0 : misuse;
    }
    if (command.help !== "" && args.includes("--help")) {
      fx.log(command.help);
      return 0;
    }
    await command.run(args, env, fx);
    return Number(process.exitCode ?? 0);
  } catch (failure) {
    return report(failure, fx);
  }
}

function report(failure: unknown, fx: Effects): number {
  if (failure instanceof Cancelled) {
    fx.log(`\n${failure.message}: what this run started was taken down`);
    return endedBySignal;
  }
  const { message, remedy } = explain(failure);
  fx.error(message);
  if (remedy !== undefined) fx.log(`  → ${remedy}`);
  return failure instanceof Misuse ? misuse : 1;
}

process.exit(await main(process.argv.slice(2), process.env));
