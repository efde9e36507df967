/** The memory of containers, as the engine measures it. */
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { docker } from "../docker/docker.ts";
import { columns } from "../reports/tables.ts";
import { replicaArgv } from "./replica-commands.ts";

/** Prints the memory of each container that serves, and the sum. */
export async function stackMemory(project: string, fx: Effects): Promise<void> {
  const label = `com.docker.compose.project=${project}`;
  const containers = (await fx.output(docker.labelled(label, "{{.State}} {{.Names}}"))).split("\n");
  const serving = containers.flatMap((line) => (line.startsWith("running ") ? [line.slice("running ".length)] : []));
  if (serving.length === 0)
    throw new UserError("No stack is serving: there is no memory to measure", "Start one: npm start");
  const rows = (await usages(serving, fx)).toSorted((a, b) => a.name.localeCompare(b.name));
  const all = { name: "all", amount: rows.reduce((sum, { amount }) => sum + amount, 0) };
  fx.log(columns([["container", "memory"], ...[...rows, all].map(({ name, amount }) => [name, written(amount)])]));
}

/** The memory of one container as text, such as `61 MiB`. */
export async function memoryOf(container: string, fx: Effects): Promise<string> {
  const [usage] = await usages([container], fx);
  return written(usage?.amount ?? Number.NaN);
}

const written = (amount: number): string => `${amount.toFixed(0)} MiB`;

async function usages(
  containers: readonly string[],
  fx: Effects,
): Promise<readonly { readonly name: string; readonly amount: number }[]> {
  const lines = (await fx.output(replicaArgv.memory(...containers))).trim().split("\n");
  return lines.map((line) => {
    const [name = "", usage = ""] = line.split("\t");
    return { name, amount: mebibytes(usage) };
  });
}

/** Pure: parses usage and limit as `docker stats` prints them, such as `61.3MiB / 23.4GiB`. */
export function mebibytes(usage: string): number {
  const [, amount = "", unit = ""] = /^([\d.]+)([KMG]?i?B)/u.exec(usage) ?? [];
  const factor = { B: 2 ** -20, KiB: 2 ** -10, MiB: 1, GiB: 2 ** 10 }[unit];
  if (factor === undefined) throw new TypeError(`${JSON.stringify(usage)} is not an amount of memory`);
  return Number(amount) * factor;
}
