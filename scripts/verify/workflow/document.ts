/** The YAML of a workflow: its values as plain data, and the position of each. Pure. */
import { type Document, LineCounter, type Node, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import { type Finding, type Position, start } from "./finding.ts";

export type Path = readonly (string | number)[];
export type Mapping = Readonly<Record<string, unknown>>;

/** A text of the document, such as a condition or a script. */
export interface Text {
  readonly path: Path;
  readonly value: string;
  /** Where the text begins. */
  readonly position: Position;
  /** Whether line n of the text is line n of the file, from `position` on: it is not in a folded or quoted scalar. */
  readonly literal: boolean;
}

export interface YamlDocument {
  readonly file: string;
  readonly value: unknown;
  /** Every text, keys excluded, in the order of the file. */
  readonly texts: readonly Text[];
  /** The position of the key of a mapping, or of the item of a list; of the nearest one above where there is none. */
  at(path: Path): Position;
  /** The path of the innermost value on a line. */
  pathAt(line: number): Path;
}

/** The document, or the first error of its syntax. */
export function parseYaml(file: string, text: string): YamlDocument | Finding {
  const lines = new LineCounter();
  if (opened.test(text)) return { file, ...start, rule: "nesting-depth", message: tooDeep };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: false });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const [error] = document.errors;
  if (error) {
    const rule =
      error.code === "DUPLICATE_KEY" ? "duplicate-key" : error.code.startsWith("TAB") ? "tab" : "yaml-syntax";
    return { file, ...positionOf(error.pos[0]), rule, message: error.message };
  }
  const wrong = wrongNode(document);
  if (wrong) return { file, ...positionOf(wrong.node.range?.[0] ?? 0), rule: wrong.rule, message: wrong.message };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    return { file, ...start, rule: "alias-count", message: cause instanceof Error ? cause.message : String(cause) };
  }
  if (value === null) return { file, ...start, rule: "empty-file", message: "the file contains no value" };
  return { file, value, ...placesIn(document, positionOf, text) };
}

/** No workflow is as deep, and the parsers are recursive. */
const deepest = 100;
const tooDeep = `values are nested more than ${deepest} levels deep`;

/** Lists and mappings that begin one inside the other: the parser would take minutes, or run out of stack. */
const opened = new RegExp(`(?:[[{]\\s*|- ){${deepest + 1}}`, "u");

interface WrongNode {
  readonly node: Node;
  readonly rule: string;
  readonly message: string;
}

function wrongNode(document: Document): WrongNode | undefined {
  const inside = (node: unknown, above: readonly unknown[]): WrongNode | undefined => {
    if (isNode(node) && above.length > deepest) return { node, rule: "nesting-depth", message: tooDeep };
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) return { node, rule: "yaml-syntax", message: `there is no anchor ${node.source}` };
      const message = "the alias is inside the value of its own anchor";
      return above.includes(target) ? { node, rule: "anchor-loop", message } : undefined;
    }
    for (const child of childrenOf(node)) {
      const found = inside(child, [...above, node]);
      if (found) return found;
    }
    return undefined;
  };
  return inside(document.contents, []);
}

function childrenOf(node: unknown): readonly unknown[] {
  if (isMap(node)) return node.items.flatMap(({ key, value }) => [key, value]);
  return isSeq(node) ? node.items : [];
}

function placesIn(
  document: Document,
  positionOf: (offset: number) => Position,
  source: string,
): Pick<YamlDocument, "texts" | "at" | "pathAt"> {
  const positions = new Map<string, Position>();
  const nodes: { readonly path: Path; readonly position: Position }[] = [];
  const texts: Text[] = [];
  const add = (path: Path, node: unknown): void => {
    if (!isNode(node) || !node.range) return;
    const position = positionOf(node.range[0]);
    positions.set(JSON.stringify(path), position);
    nodes.push({ path, position });
  };
  const read = (node: unknown, path: Path): void => {
    if (isMap(node))
      for (const { key, value } of node.items) {
        const inner = [...path, String(isScalar(key) ? key.value : key)];
        add(inner, key);
        read(value, inner);
      }
    else if (isSeq(node))
      node.items.forEach((item, index) => {
        add([...path, index], item);
        read(item, [...path, index]);
      });
    else if (isScalar(node) && typeof node.value === "string" && node.range) {
      const block = node.type === "BLOCK_LITERAL";
      const first = positionOf(node.range[0]);
      const position = block || node.type === "BLOCK_FOLDED" ? firstLineBelow(source, first) : first;
      texts.push({ path, value: node.value, position, literal: block || node.type === "PLAIN" });
    }
  };
  read(document.contents, []);
  return {
    texts,
    at(path) {
      for (let length = path.length; length > 0; length--) {
        const position = positions.get(JSON.stringify(path.slice(0, length)));
        if (position) return position;
      }
      return start;
    },
    pathAt: (line) => nodes.findLast(({ position }) => position.line <= line)?.path ?? [],
  };
}

/** The text of a block scalar begins on the line below its key, after the indentation. */
function firstLineBelow(source: string, { line }: Position): Position {
  const [below = ""] = source.split("\n").slice(line, line + 1);
  return { line: line + 1, column: below.length - below.trimStart().length + 1 };
}

export const mapping = (value: unknown): Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};

export const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

export const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** A scalar as it is written; empty for a list or a mapping. */
export const written = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
