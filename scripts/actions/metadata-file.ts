/** The text of the file with the metadata of all pinned actions. Pure. */
import type { ActionInput, ActionInterface } from "../../workflows-src/language/action-interfaces.ts";

export const metadataSource = "workflows-src/language/action-metadata.ts";

const head = `/**
 * What the action.yml of each pinned action declares: its inputs, its outputs, and what runs it.
 * \`npm run actions\` writes this file. The commit is the one whose action.yml was read.
 */
export const metadata = {
`;

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/u.test(name) ? name : JSON.stringify(name));

function inputLine([name, { required, default: otherwise, deprecated }]: readonly [string, ActionInput]): string {
  const facts = [
    ...(required ? ["required: true"] : []),
    ...(otherwise === undefined ? [] : [`default: ${JSON.stringify(otherwise)}`]),
    ...(deprecated ? ["deprecated: true"] : []),
  ];
  return `      ${key(name)}: ${facts.length > 0 ? `{ ${facts.join(", ")} }` : "{}"},\n`;
}

const actionText = ([id, { version, commit, using, inputs, outputs }]: readonly [string, ActionInterface]): string => {
  const lines = Object.entries(inputs).map(inputLine).join("");
  return `  ${JSON.stringify(id)}: {
    version: ${JSON.stringify(version)},
    commit: ${JSON.stringify(commit)},
    using: ${JSON.stringify(using)},
    inputs: ${lines === "" ? "{}" : `{\n${lines}    }`},
    outputs: [${outputs.map((name) => JSON.stringify(name)).join(", ")}],
  },
`;
};

export const metadataText = (interfaces: Readonly<Record<string, ActionInterface>>): string =>
  `${head}${Object.entries(interfaces).map(actionText).join("")}} as const;\n`;
