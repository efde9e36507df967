/** The inputs and outputs of actions, from their metadata, for whatever checks the text of a workflow. Pure. */
import { metadata } from "./action-metadata.ts";
import { type Action, actions, idOf, pinned } from "./actions.ts";

export interface ActionInput {
  readonly required?: true;
  readonly default?: string;
  readonly deprecated?: true;
}

/** The facts of an action.yml that are kept. */
export interface ActionInterface {
  readonly version: string;
  readonly commit: string;
  /** What runs the action: a version of Node, `docker`, or `composite`. */
  readonly using: string;
  readonly inputs: Readonly<Record<string, ActionInput>>;
  readonly outputs: readonly string[];
}

/** The metadata of every action, by its repository and folder. */
export const interfaces: Readonly<Record<string, ActionInterface>> = metadata;

/** Whether a step has to give the input. */
export const mustBeGiven = ({ required, default: otherwise }: ActionInput): boolean =>
  required === true && otherwise === undefined;

const major = (version: string): string => /^v?\d+/u.exec(version)?.[0] ?? version;

type Release = Pick<ActionInterface, "version" | "commit">;
/** The metadata is for its commit. Another release of the same major version may have more inputs, and has none less. */
export const isFor = (known: Release, action: Release): boolean =>
  known.commit === action.commit || major(known.version) === major(action.version);

const byPin: ReadonlyMap<string, ActionInterface> = new Map(
  Object.values<Action>(actions).flatMap((action) => {
    const known = interfaces[idOf(action)];
    return known && isFor(known, action) ? [[pinned(action), known] as const] : [];
  }),
);

/** @param uses the action with its commit, as a step names it; one of another commit is unknown */
export const interfaceOf = (uses: string): ActionInterface | undefined => byPin.get(uses);

/** The outputs of an action of the table. */
export const outputsOf = (action: Action): readonly string[] => interfaces[idOf(action)]?.outputs ?? [];

interface Described {
  readonly description: string;
  readonly required: boolean;
  readonly deprecationMessage?: string;
}

/** The inputs and outputs in the form of GitHub's language service, which wants a description of each. */
export const described = ({
  inputs,
  outputs,
}: ActionInterface): Record<"inputs" | "outputs", Record<string, Described>> => ({
  inputs: Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      {
        description: name,
        required: mustBeGiven(input),
        ...(input.deprecated ? { deprecationMessage: `The action calls its input ${name} deprecated` } : {}),
      },
    ]),
  ),
  outputs: Object.fromEntries(outputs.map((name) => [name, { description: name, required: false }])),
});
