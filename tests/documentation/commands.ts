/** The commands that a document shows, as words. Pure. */
import { type Block, codeSpans, shellLines } from "./markdown.ts";

export interface ShownCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Variables that are set in front of the program. */
  readonly env: Readonly<Record<string, string>>;
}

const programs = ["npm", "npx", "docker", "docker-compose"];

/** Commands in shell examples, and code spans that begin with a known program. */
export const commandsIn = (blocks: readonly Block[], prose: string): readonly ShownCommand[] =>
  [...shellLines(blocks).flatMap(nested), ...codeSpans(prose)]
    .map(parsed)
    .filter(({ program }) => programs.includes(program));

/** The content of `$(…)` is a command, too. */
const nested = (line: string): readonly string[] => [
  ...[...line.matchAll(/\$\(([^)]*)\)/gu)].map(([, inner = ""]) => inner),
  line,
];

function parsed(line: string): ShownCommand {
  const words = line.split(/\s+/u).filter(Boolean);
  const start = words.findIndex((word) => !/^[A-Z_]+=/u.test(word));
  const [program = "", ...args] = start === -1 ? [] : words.slice(start);
  const env = words.slice(0, Math.max(start, 0)).map((word) => word.split("=", 2) as [string, string]);
  return { program, args, env: Object.fromEntries(env) };
}
