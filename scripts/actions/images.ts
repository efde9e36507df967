/** Images of others that a bot changed in a Dockerfile or in a generated file, instead of in their table. Pure. */
import { UserError } from "../../contract/user-error.ts";

export const imageSource = "contract/base-images.ts";

interface Reference {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly tag: string;
}

/** One image of the table, and the one that takes its place. */
export interface ImageChange {
  readonly from: string;
  readonly to: string;
}

const written = /(?:^\s*FROM\s+(?:--\S+\s+)*|--from=|\bfrom=|^\s*image:\s+)["']?([a-z0-9][\w./-]*):([\w.@:-]+)/giu;

const referencesIn = (file: string, text: string): readonly Reference[] =>
  text
    .split("\n")
    .flatMap((line, index) =>
      [...line.matchAll(written)].map(([, name = "", tag = ""]) => ({ file, line: index + 1, name, tag })),
    );

const nameOf = (image: string): string => image.replace(/:.*$/u, "");
/** The variant of an image, such as `alpine`; another variant is another image of the table. */
const variantOf = (image: string): string => /:[^-]*-(.+)$/u.exec(image)?.[1] ?? "";

/**
 * The images of the table that the files have in another version.
 * @param files the texts by path
 * @throws UserError for an image that is no newer version of exactly one of the table
 */
export function imageChanges(table: readonly string[], files: ReadonlyMap<string, string>): readonly ImageChange[] {
  const names = table.map(nameOf);
  const changes = new Map<string, { readonly to: string; readonly where: string }>();
  const references = [...files].flatMap(([file, text]) => referencesIn(file, text));
  for (const { file, line, name, tag } of references) {
    const to = `${name}:${tag}`;
    if (!names.includes(name) || table.includes(to)) continue;
    const where = `${file}:${line}`;
    const [from, ...others] = table.filter((image) => nameOf(image) === name && variantOf(image) === variantOf(to));
    if (from === undefined || others.length > 0 || tag.includes("@"))
      throw new UserError(
        `${where} has ${to}, which is no other version of one image in ${imageSource}`,
        `Write the image into ${imageSource} by hand, and the same in the Dockerfiles`,
      );
    const other = changes.get(from);
    if (other && other.to !== to)
      throw new UserError(
        `${where} has ${to}, and ${other.where} has ${other.to}`,
        "Keep one of the two in these files, and run this again",
      );
    changes.set(from, other ?? { to, where });
  }
  return [...changes].map(([from, { to }]) => ({ from, to }));
}

/** A text with every changed image in its new version. */
export const withImages = (text: string, changes: readonly ImageChange[]): string =>
  changes.reduce((before, { from, to }) => before.replaceAll(mentionOf(from), to), text);

/** The image as a whole: `node:24-slim` is not in `my-node:24-slim` or `node:24-slim-x`. */
const mentionOf = (image: string): RegExp =>
  new RegExp(`(?<![\\w./-])${image.replaceAll(".", "\\.")}(?![\\w.-])`, "gu");
