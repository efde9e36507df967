/** The metadata of the actions of our table, read at other releases. */
import { type ActionInterface, interfaces } from "../../workflows-src/language/action-interfaces.ts";
import { type Action, actions, idOf } from "../../workflows-src/language/actions.ts";
import { readActionFile } from "./action-file.ts";
import type { GitHub } from "./github.ts";
import type { Pin } from "./pins.ts";

/** By the repository of the action, and its folder there. */
export type Interfaces = Readonly<Record<string, ActionInterface>>;

const table = Object.values<Action>(actions);

export const idsOf = (repository: string): readonly string[] =>
  table.filter((action) => action.repository === repository).map(idOf);

/** The metadata of each action in the repository of the pin. */
export async function readInterfaces(pin: Pin, hub: GitHub): Promise<Interfaces> {
  const read: Record<string, ActionInterface> = {};
  for (const action of table.filter(({ repository }) => repository === pin.repository)) {
    const id = idOf(action);
    const text = await hub.actionFile(action.repository, action.path, pin.commit);
    read[id] = readActionFile(id, pin, text);
  }
  return read;
}

/** All metadata, in the order of the table, with what was read anew. */
export const withRead = (read: Interfaces): Interfaces =>
  Object.fromEntries(
    table.flatMap((action) => {
      const known = read[idOf(action)] ?? interfaces[idOf(action)];
      return known ? [[idOf(action), known] as const] : [];
    }),
  );
