/** What changed between two releases of an action, and which of our uses no longer fit. Pure. */
import { type ActionInput, type ActionInterface, mustBeGiven } from "../../workflows-src/language/action-interfaces.ts";
import type { Use } from "./uses.ts";

const only = (names: readonly string[], others: readonly string[]): readonly string[] =>
  names.filter((name) => !others.includes(name));

export function changesBetween(before: ActionInterface, after: ActionInterface): readonly string[] {
  const [old, now] = [Object.keys(before.inputs), Object.keys(after.inputs)];
  return [
    ...(before.using === after.using ? [] : [`runs on ${after.using}, before on ${before.using}`]),
    ...(after.using === "composite" ? ["is composite: no pin of ours covers the actions that it uses"] : []),
    ...only(now, old).map(
      (name) => `input added: ${name}${mustBeGiven(after.inputs[name]!) ? ", which is required" : ""}`,
    ),
    ...only(old, now).map((name) => `input removed: ${name}`),
    ...old
      .filter((name) => now.includes(name))
      .flatMap((name) => inputChanges(name, before.inputs[name]!, after.inputs[name]!)),
    ...only(after.outputs, before.outputs).map((name) => `output added: ${name}`),
    ...only(before.outputs, after.outputs).map((name) => `output removed: ${name}`),
  ];
}

const written = (text: string | undefined): string => (text === undefined ? "none" : JSON.stringify(text));

const inputChanges = (name: string, before: ActionInput, after: ActionInput): readonly string[] => [
  ...(mustBeGiven(before) === mustBeGiven(after)
    ? []
    : [`input ${name} is ${mustBeGiven(after) ? "now" : "no longer"} required`]),
  ...(before.default === after.default
    ? []
    : [`default of ${name}: ${written(before.default)}, now ${written(after.default)}`]),
  ...(before.deprecated === after.deprecated
    ? []
    : [`input ${name} is ${after.deprecated ? "now" : "no longer"} deprecated`]),
];

/** Why a use does not fit the action; empty where it does. */
export const misfits = ({ inputs, reads }: Use, action: ActionInterface): readonly string[] => [
  ...inputs.flatMap((name) => {
    const known = action.inputs[name];
    if (known === undefined) return [`gives the input ${name}, which it does not have`];
    return known.deprecated ? [`gives the input ${name}, which is deprecated`] : [];
  }),
  ...Object.entries(action.inputs)
    .filter(([name, input]) => mustBeGiven(input) && !inputs.includes(name))
    .map(([name]) => `does not give the input ${name}, which is required`),
  ...only(reads, action.outputs).map((name) => `reads the output ${name}, which it does not have`),
];
