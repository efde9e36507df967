/** Changes of single values in parsed text, for tests of rules: each change has to break one. */

export type Path = readonly (string | number)[];
interface Node {
  [key: string]: unknown;
}

/** The paths of all values that contain no others. */
export const leavesOf = (value: unknown, path: Path = []): readonly Path[] =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, below]) =>
        leavesOf(below, [...path, Array.isArray(value) ? Number(key) : key]),
      )
    : [path];

/** A copy in which the value at the path is another one; `undefined` removes it. */
export function changed<Content extends object>(content: Content, path: Path, to: unknown): Content {
  const copy = copyOf(content) as Node;
  const last = path.at(-1)!;
  const parent = path.slice(0, -1).reduce<Node>((node, key) => (node[key] = copyOf(node[key] ?? {})) as Node, copy);
  if (to !== undefined) parent[last] = to;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy as Content;
}

/** The values in it are shared with the original. */
const copyOf = (value: unknown): unknown => (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Node) });

/** The value at the path. */
export const valueAt = (content: object, path: Path): unknown =>
  path.reduce<unknown>((node, key) => (node as Node)[key], content);
