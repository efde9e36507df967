/** Faults in the markup of a page that can be found without a browser. Pure. */
import type { Element } from "./html.ts";

/**
 * @param all the elements of the page
 * @returns one line for each fault
 */
export function markupFindings(all: readonly Element[]): readonly string[] {
  const ids = all.flatMap(({ attributes }) => attributes.get("id") ?? []);
  const named = new Set(all.filter(isNamed).flatMap(withAncestors));
  const labelled = new Set(
    all.flatMap(({ tag, attributes }) => (tag === "label" ? (attributes.get("for") ?? []) : [])),
  );
  return [
    ...(all.some(({ tag, text }) => tag === "title" && text !== "") ? [] : ["has no title"]),
    ...(all.some(({ tag, attributes }) => tag === "html" && attributes.get("lang")) ? [] : ["names no language"]),
    ...[...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map((id) => `has the id ${id} twice`),
    ...all
      .filter(({ tag, attributes }) => tag === "img" && !attributes.has("alt"))
      .map((element) => `has an image without a text: ${describe(element)}`),
    ...all
      .filter((element) => isControl(element) && !isNamed(element) && !hasLabel(element, labelled))
      .map((element) => `has a control without a label: ${describe(element)}`),
    ...all
      .filter((element) => isActivated(element) && !named.has(element) && element.text === "")
      .map((element) => `has a link or a button without a text: ${describe(element)}`),
  ];
}

const describe = ({ tag, attributes }: Element): string =>
  `<${[tag, ...[...attributes].map(([name, value]) => `${name}="${value}"`)].join(" ")}>`;

const withoutLabel = ["hidden", "submit", "button", "image", "reset"];

const isControl = ({ tag, attributes }: Element): boolean =>
  ["select", "textarea"].includes(tag) || (tag === "input" && !withoutLabel.includes(attributes.get("type") ?? "text"));

const isActivated = ({ tag, attributes }: Element): boolean =>
  tag === "button" || (tag === "a" && attributes.has("href"));

const isHidden = ({ attributes }: Element): boolean =>
  attributes.has("hidden") || (attributes.get("class") ?? "").split(/\s+/u).includes("hidden");

/** Whether the element has a name in an attribute, or needs none because it is hidden. */
const isNamed = (element: Element): boolean =>
  ["aria-label", "aria-labelledby", "alt", "title"].some((name) => element.attributes.get(name)) || isHidden(element);

const withAncestors = (element: Element): readonly Element[] => [
  element,
  ...(element.parent === undefined ? [] : withAncestors(element.parent)),
];

const hasLabel = (element: Element, labelled: ReadonlySet<string>): boolean =>
  labelled.has(element.attributes.get("id") ?? "") || withAncestors(element).some(({ tag }) => tag === "label");
