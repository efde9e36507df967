/** Containers beside the stacks: unit tests, databases, registries and the observers of the chaos scenarios. */
import { appNames } from "../../apps/catalog.ts";
import type { OutageReport, RoutingReport, SessionReport, SlowClientsReport } from "../chaos/reports.ts";
import { type Handler, type State, begins, lines, valueOf } from "./state.ts";

const perApp = <T>(value: T): Readonly<Record<string, T>> => Object.fromEntries(appNames.map((app) => [app, value]));

/**
 * The report of each observer, by the name of its file, when nothing goes wrong.
 * @param argument of the observer
 */
const reports = (argument: string) => ({
  "slow-clients": [
    {
      attack: "silent clients",
      connections: 10,
      refused: 0,
      mustBeRefused: false,
      answered: 100,
      busy: 0,
      failures: [],
      p99Ms: 10,
      maxMs: 10,
    },
  ] satisfies SlowClientsReport,
  routing: { requests: Number(argument), misrouted: [], unexpected: [], unrecovered: [] } satisfies RoutingReport,
  sessions: perApp({ rounds: 10, clients: 1, unanswered: 0, cut: 0, errors: [] } satisfies SessionReport),
  outage: perApp({
    requests: 100,
    unavailable: { page: 1, json: 1 },
    unexpected: [],
    acknowledged: 10,
    lost: [],
    recoveryMs: 1000,
    unrecovered: [],
  } satisfies OutageReport),
});

const hardened = `Uid:\t10001\t10001\t10001\t10001
${["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map((name) => `${name}:\t0000000000000000`).join("\n")}
NoNewPrivs:\t1
overlay / overlay ro,relatime 0 0
`;

export const report = '<testsuites><testsuite><testcase name="simulated"/></testsuite></testsuites>';

export const containers = ({ containers: known, volumes }: State): Handler => {
  return (command, { files }) => {
    const filter = valueOf(command, "--filter");
    if (begins(command, "docker", "ps") && filter.startsWith("name="))
      return lines([...known.keys()].filter((name) => filter === `name=^/${name}$`));
    if (begins(command, "docker", "volume", "ls")) {
      const project = filter.split("com.docker.compose.project=")[1];
      return lines(
        [...volumes].filter((name) => (project ? name.startsWith(`${project}_`) : filter === `name=^${name}$`)),
      );
    }
    if (begins(command, "docker", "volume", "rm")) {
      for (const name of command) volumes.delete(name);
      return {};
    }
    if (begins(command, "docker", "run") || begins(command, "docker", "create")) {
      known.set(valueOf(command, "--name"), { command });
      return {};
    }
    if (begins(command, "docker", "rm")) {
      for (const name of command) known.delete(name);
      return {};
    }
    if (begins(command, "docker", "port")) return lines(["127.0.0.1:49153"]);
    if (begins(command, "docker", "cp")) {
      const [from = "", to = ""] = command.slice(-2);
      if (from.endsWith(":/reports/.")) files.write(`${to}/junit.xml`, report);
      return {};
    }
    if (begins(command, "docker", "exec") && command.includes("/proc/1/status")) return { stdout: hardened };
    if (begins(command, "docker", "logs")) {
      const words = known.get(command.at(-1) ?? "")?.command.join(" ") ?? "";
      const [, program = "", argument = ""] = /\/observers\/([\w-]+)\.ts(?: (\d+))?$/u.exec(words) ?? [];
      const found = Object.entries(reports(argument)).find(([name]) => name === program)?.[1];
      return found === undefined ? {} : lines([JSON.stringify(found)]);
    }
    if (begins(command, "docker", "inspect", "--format", "{{.State.Running}}"))
      return known.has(command.at(-1) ?? "") ? lines(["true"]) : { code: 1 };
    return undefined;
  };
};
