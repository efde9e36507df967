/** The entry of every command: `npm start` runs `main.ts start`. */
import { rootFor } from "./cli/commands.ts";
import { runCommandLine } from "./cli/run-command-line.ts";

const argv = process.argv.slice(2);
process.exit(await runCommandLine(await rootFor(argv[0]), argv, process.env, process));
