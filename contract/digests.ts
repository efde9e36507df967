/** Digests of images, and the promises that they carry. Pure. */

/** A platform manifest's digest; `What` says which promise it carries, so that untested bytes cannot be published. */
export type Digest<What extends string = string> = `sha256:${string}` & { readonly of?: What };

/** One digest an application. */
export type Digests<What extends string, Name extends string = string> = Readonly<Partial<Record<Name, Digest<What>>>>;

const digestPattern = /^sha256:[0-9a-f]{64}$/u;
/** Enough of a digest for a person to tell it from another. */
export const shortDigest = (digest: string): string => digest.slice(0, "sha256:".length + 12);
export const isDigest = (written: unknown): written is Digest =>
  typeof written === "string" && digestPattern.test(written);
