/** Every command, in the order of the general help. */
import { app } from "./app.ts";
import { benchmark } from "./benchmark.ts";
import { check } from "./check.ts";
import { type Command, command } from "./definition/command.ts";
import { engine } from "./engine.ts";
import { stage } from "./stage.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";
import { synth } from "./synth.ts";
import { test } from "./test.ts";

export const root: Command = command({
  summary: "the commands of this repository",
  subcommands: { start, stop, test, check, app, benchmark, stage, synth, engine },
  // Without a command the general help is printed.
  run: () => Promise.resolve(),
});
