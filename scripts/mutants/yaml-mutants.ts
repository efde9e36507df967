/** Operators on a compiled YAML file: keys and items that are dropped, and values that are replaced. Pure. */
import {
  type Document,
  LineCounter,
  type Pair,
  type ParsedNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
} from "yaml";
import { type Found, kindOf } from "./text-mutant.ts";

type Path = readonly (string | number)[];

const print = (document: Document): string => document.toString({ lineWidth: 0 });

/** Other values of a scalar. */
const others = (value: unknown, key: string): readonly unknown[] => {
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [value * 10 + 1];
  if (key === "run") return [`${String(value).trimEnd()} || true\n`];
  return typeof value === "string" ? ["another"] : [];
};

/** @param applications the names of the applications: what is alike for each of them is mutated once */
export function yamlMutants(file: string, text: string, applications: readonly string[]): readonly Found[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const found: Found[] = [];
  const add = (
    operator: string,
    path: Path,
    at: number,
    change: (copy: Document) => unknown,
    values: readonly string[],
  ) => {
    const place = path.join(".");
    const [original = place, replacement = ""] = values;
    found.push({
      family: "texts" as const,
      file,
      line: lines.linePos(at).line,
      operator,
      original: original === place ? place : `${place}: ${original}`,
      replacement,
      kind: `${operator} ${kindOf(path.map((part) => (typeof part === "number" ? "*" : part)).join("."), applications)} ${replacement}`,
      text() {
        const copy = document.clone();
        change(copy);
        return print(copy);
      },
    });
  };
  visit(document, {
    Node(_, node, parents) {
      const path = pathOf(node as ParsedNode, parents as readonly (Document | Pair | ParsedNode)[]);
      if (path.length === 0) return;
      const at = (node as ParsedNode).range[0];
      const isItem = isSeq(parents.at(-1));
      const isValue = isPair(parents.at(-1)) && (parents.at(-1) as Pair).value === node;
      if (!isItem && !isValue) return;
      add(isItem ? "an item is dropped" : "a key is dropped", path, at, (copy) => copy.deleteIn(path), []);
      if (isScalar(node))
        for (const other of others(node.value, String(path.at(-1))))
          add("a value is replaced", path, at, (copy) => copy.setIn(path, other), [String(node.value), String(other)]);
    },
  });
  return found;
}

function pathOf(node: ParsedNode, parents: readonly (Document | Pair | ParsedNode)[]): Path {
  const below = [...parents, node];
  return below.flatMap((parent, index): Path => {
    const child = below[index + 1];
    if (isPair(parent)) return [String((parent.key as { value: unknown }).value)];
    return isSeq(parent) && child !== undefined ? [parent.items.indexOf(child as ParsedNode)] : [];
  });
}
