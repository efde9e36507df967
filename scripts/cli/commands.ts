/** Every command, in the order of the general help. A command is loaded when it is named: a job of a workflow runs one. */
import { type Command, command } from "./definition/command.ts";

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./start.ts")).start,
  stop: async () => (await import("./stop.ts")).stop,
  test: async () => (await import("./test.ts")).test,
  check: async () => (await import("./check.ts")).check,
  verify: async () => (await import("./verify.ts")).verify,
  mutants: async () => (await import("./mutants.ts")).mutants,
  app: async () => (await import("./app.ts")).app,
  benchmark: async () => (await import("./benchmark.ts")).benchmark,
  bench: async () => (await import("./bench.ts")).bench,
  stage: async () => (await import("./stage.ts")).stage,
  simulate: async () => (await import("./simulate.ts")).simulate,
  actions: async () => (await import("./actions.ts")).actions,
  synth: async () => (await import("./synth.ts")).synth,
  engine: async () => (await import("./engine.ts")).engine,
};

/** The root with the named command alone; with every command where `name` is absent or names none. */
export async function rootFor(name?: string): Promise<Command> {
  const names = name !== undefined && Object.hasOwn(commands, name) ? [name] : Object.keys(commands);
  const loaded = await Promise.all(names.map(async (one) => [one, await commands[one]!()] as const));
  return command({
    summary: "the commands of this repository",
    subcommands: Object.fromEntries(loaded),
    // Without a command the general help is printed.
    run: () => Promise.resolve(),
  });
}
