/** How a deliberate mutant is written: a name, the change, and the rule that has to find it. Pure. */
import { type Document, isMap, isSeq, parseDocument } from "yaml";

export interface Deliberate {
  readonly name: string;
  readonly file: string;
  /** Returns `undefined` where the text has no such place. */
  readonly change: (text: string) => string | undefined;
  /** The name of the rule of the properties, or of verify, that reports it. */
  readonly rule: string;
}

/** Replaces the first `from` after `after`. */
export const replaced =
  (from: string, to: string, after = "") =>
  (text: string): string | undefined => {
    const begin = text.indexOf(after);
    const at = begin < 0 ? -1 : text.indexOf(from, begin);
    return at < 0 ? undefined : text.slice(0, at) + to + text.slice(at + from.length);
  };

type Path = readonly (string | number)[];

/** Many mutants begin with the same text, and parsing one takes longer than judging it. */
const parsed = new Map<string, Document>();

function documentOf(text: string): Document {
  const known = parsed.get(text) ?? parseDocument(text);
  parsed.set(text, known);
  return known.clone();
}

const edited =
  (edit: (document: Document) => boolean) =>
  (text: string): string | undefined => {
    const document = documentOf(text);
    return edit(document) ? document.toString({ lineWidth: 0 }) : undefined;
  };

/** Sets the value at the path, whether or not there is one; what contains it has to exist. */
export const set = (path: Path, value: unknown) =>
  edited((document) => {
    if (!document.hasIn(path.slice(0, -1))) return false;
    document.setIn(path, document.createNode(value));
    return true;
  });

export const dropped = (path: Path) => edited((document) => document.hasIn(path) && document.deleteIn(path));

/** Adds to a list, or makes one of a single element where the key is absent. */
export const added = (path: Path, value: unknown) =>
  edited((document) => {
    const list = document.getIn(path);
    const parent = document.getIn(path.slice(0, -1));
    if (isSeq(list)) document.addIn(path, document.createNode(value));
    else if (list === undefined && isMap(parent)) document.setIn(path, document.createNode([value]));
    else return false;
    return true;
  });
