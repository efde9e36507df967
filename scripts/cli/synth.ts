import { UserError } from "../../contract/user-error.ts";
import { loadSynth } from "../lint/drift.ts";
import { driftRemedy } from "../lint/pin-drift.ts";
import { command, flag } from "./definition/command.ts";

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const upToDate = "Every generated file is up to date.";

export const synth = command({
  summary: "write the generated files",
  options: { check: flag("print how the files differ from their sources, and write nothing") },
  async run({ options }, fx) {
    const { drift, notice, write } = await loadSynth();
    const about = notice();
    if (about !== undefined) fx.log(about);
    if (!options.check) {
      const changed = write(".");
      fx.log(changed.length > 0 ? changed.map((path) => `wrote ${path}`).join("\n") : upToDate);
      return;
    }
    const found = drift(".");
    for (const { patch } of found) fx.log(patch);
    if (found.length > 0)
      throw new UserError(`Out of date: ${found.map(({ path }) => path).join(", ")}`, sentence(driftRemedy(found)));
    fx.log(upToDate);
  },
});
