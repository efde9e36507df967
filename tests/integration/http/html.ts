/** The parts of a page that the tests read, parsed as a browser parses them. */
import { type DefaultTreeAdapterTypes as Tree, defaultTreeAdapter as tree, parse } from "parse5";

export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The text of the element and of everything in it. */
  readonly text: string;
  /** Absent for the root of the document. */
  readonly parent: Element | undefined;
}

function* descendants(parent: Tree.ParentNode): Generator<Tree.Element> {
  for (const child of parent.childNodes)
    if (tree.isElementNode(child)) {
      yield child;
      yield* descendants(child);
    }
}

const textOf = (node: Tree.ChildNode): string =>
  tree.isTextNode(node) ? node.value : "childNodes" in node ? node.childNodes.map(textOf).join("") : "";

const attributesOf = ({ attrs }: Tree.Element): ReadonlyMap<string, string> =>
  new Map(attrs.map(({ name, value }) => [name, value]));

/** The page that was read last: tests read several things of a page in turn, and parsing takes longer than that. */
let last: { readonly html: string; readonly nodes: readonly Tree.Element[] } | undefined;

/** The HTTP clients of the tests run no scripts, so the content of `noscript` counts. */
function nodes(html: string): readonly Tree.Element[] {
  if (last?.html !== html) last = { html, nodes: [...descendants(parse(html, { scriptingEnabled: false }))] };
  return last.nodes;
}

/** Every element of a page, in the order of the document. */
export function elements(html: string): readonly Element[] {
  const known = new Map<unknown, Element>();
  for (const node of nodes(html)) {
    known.set(node, {
      tag: node.tagName,
      attributes: attributesOf(node),
      // Few callers read it, and that of the body is the whole page.
      get text() {
        return textOf(node).trim();
      },
      parent: known.get(node.parentNode),
    });
  }
  return [...known.values()];
}

/** The values of an attribute of every element that has one of these tags and this attribute. */
export const valuesOf = (html: string, attribute: string, ...tags: readonly string[]): readonly string[] =>
  nodes(html)
    .filter(({ tagName }) => tags.includes(tagName))
    .flatMap((node) => attributesOf(node).get(attribute) ?? []);

/** The application that a page names as its own in its head. */
export const applicationName = (html: string): string | undefined =>
  nodes(html)
    .filter(({ tagName }) => tagName === "meta")
    .map(attributesOf)
    .find((attributes) => attributes.get("name") === "application-name")
    ?.get("content");

/** The addresses of the files that a page loads. */
export const filesOf = (html: string): readonly string[] => [
  ...new Set(
    [...valuesOf(html, "href", "link"), ...valuesOf(html, "src", "script", "img")].filter(
      (address) => !address.startsWith("data:"),
    ),
  ),
];

export const styleSheets = (html: string): readonly string[] =>
  nodes(html)
    .filter(({ tagName }) => tagName === "link")
    .map(attributesOf)
    .filter((attributes) => attributes.get("rel") === "stylesheet")
    .map((attributes) => attributes.get("href") ?? "");

/** The value that a browser submits for a control that nobody changed; undefined where it submits none. */
function submitted(control: Tree.Element): string | undefined {
  const attributes = attributesOf(control);
  const value = attributes.get("value");
  if (attributes.has("disabled")) return undefined;
  if (control.tagName === "textarea") return textOf(control);
  if (control.tagName === "select") {
    const options = [...descendants(control)].filter(({ tagName }) => tagName === "option");
    const chosen = options.find((option) => attributesOf(option).has("selected")) ?? options[0];
    return chosen && (attributesOf(chosen).get("value") ?? textOf(chosen).trim());
  }
  const type = attributes.get("type") ?? "text";
  if (control.tagName !== "input" || ["submit", "button", "image", "reset", "file"].includes(type)) return undefined;
  if (type !== "checkbox" && type !== "radio") return value ?? "";
  return attributes.has("checked") ? (value ?? "on") : undefined;
}

/** The fields of all forms of a page, with the values that a browser submits when nobody changed them. */
export const fieldsOf = (html: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    nodes(html).flatMap((control) => {
      const [name, value] = [attributesOf(control).get("name"), submitted(control)];
      return name && value !== undefined ? [[name, value]] : [];
    }),
  );

/** The `value` of the first enabled input of this name; of a group of radio buttons that is the first choice. */
export function fieldOf(html: string, name: string): string {
  const value = nodes(html)
    .filter(({ tagName }) => tagName === "input")
    .map(attributesOf)
    .find((attributes) => attributes.get("name") === name && !attributes.has("disabled"))
    ?.get("value");
  if (value === undefined) throw new Error(`The page has no enabled input "${name}" with a value`);
  return value;
}
