import { adopt } from "../actions/adopt.ts";
import { checkPins } from "../actions/check-pins.ts";
import { update } from "../actions/update.ts";
import { command, flag } from "./definition/command.ts";
import { exitCodes } from "./definition/exit-codes.ts";
import { Misuse } from "./definition/misuse.ts";

export const actions = command({
  summary: "update the pinned actions to releases that are old enough, and say what changed",
  details: [
    "GitHub's API is asked; GITHUB_TOKEN, where it is set, gives more requests. All files are written, or none.",
    "renovate.json contains the number of days that a release has to be public.",
  ].join("\n"),
  options: {
    check: flag("change nothing; fail if a pin differs from its tag on GitHub, or a workflow from its source"),
    adopt: flag("take pins and images over that a bot changed in a workflow, a Dockerfile or a compose file"),
  },
  async run({ options }, fx) {
    if (options.check && options.adopt)
      throw new Misuse("--check changes nothing, and --adopt does", "Give one of them");
    if (options.check) return (await checkPins(fx)) === 0 ? exitCodes.ok : exitCodes.failed;
    if (options.adopt) await adopt(fx);
    else await update(Date.now(), fx);
    return exitCodes.ok;
  },
});
