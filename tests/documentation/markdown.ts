/** The parts of a Markdown document that the tests compare. Pure. */

export interface Block {
  /** The language after the fence, such as `sh`. */
  readonly language: string;
  readonly text: string;
}

export interface Section {
  readonly level: number;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** The text outside of fenced blocks. */
  readonly prose: string;
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gmu;

/** The document cut at its headings, without what stands before the first one. */
export function sectionsOf(markdown: string): readonly Section[] {
  const blocks: Block[] = [];
  // A comment in a shell example looks like a heading, so blocks are taken out first.
  const text = markdown.replaceAll(fence, (_, language: string, content: string) => {
    blocks.push({ language, text: content });
    return `<fenced block ${blocks.length - 1}>`;
  });
  return [...text.matchAll(/^(#+) (.+)\n([\s\S]*?)(?=^#+ |(?![\s\S]))/gmu)].map(
    ([, hashes = "", title = "", body = ""]) => ({
      level: hashes.length,
      title,
      blocks: [...body.matchAll(/<fenced block (\d+)>/gu)].flatMap(([, index]) => blocks[Number(index)] ?? []),
      prose: body.replaceAll(/<fenced block \d+>/gu, ""),
    }),
  );
}

/** The whole text outside of fenced blocks, with everything before the first heading. */
export const proseOf = (markdown: string): string => markdown.replaceAll(fence, "");

export const blocksOf = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(fence)].map(([, language = "", text = ""]) => ({ language, text }));

/** The texts between single backticks. */
export const codeSpans = (prose: string): readonly string[] =>
  [...prose.matchAll(/`([^`]+)`/gu)].map(([, span = ""]) => span);

/** Messages of the program, between quotation marks. */
export const quotedMessages = (prose: string): readonly string[] =>
  [...prose.matchAll(/“([^”]+)”/gu)].map(([, message = ""]) => message);

/** Targets of links and images. */
export const linkTargets = (prose: string): readonly string[] =>
  [...prose.replaceAll(/`[^`]+`/gu, "").matchAll(/\]\(([^)\s]+)\)/gu)].map(([, target = ""]) => target);

/** The anchor that GitHub gives to a heading. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/gu, "-");

/** The lines of shell examples, without their comments. */
export const shellLines = (blocks: readonly Block[]): readonly string[] =>
  blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.split("\n"))
    .map((line) => line.replace(/(?:^|\s+)# .*$/u, "").trim())
    .filter(Boolean);
