/** The entry of every command: `npm start` runs `main.ts start`. */
import { root } from "./cli/commands.ts";
import { runCommandLine } from "./cli/run-command-line.ts";

process.exit(await runCommandLine(root, process.argv.slice(2), process.env, process));
