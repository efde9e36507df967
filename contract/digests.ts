/** Digests of images, typed by the promise that they carry. Pure. */

/**
 * The digest of a platform manifest. `State` says what was done with the image ("tested", "published"),
 * so that publishing an untested image does not compile.
 */
export type Digest<State extends string = string> = `sha256:${string}` & { readonly of?: State };

/** One digest for each application. */
export type Digests<State extends string, Name extends string = string> = Readonly<
  Partial<Record<Name, Digest<State>>>
>;

/** States that these images were tested together. */
export const asTested = <Name extends string>(digests: Digests<string, Name>): Digests<"tested", Name> => digests;

const digestPattern = /^sha256:[0-9a-f]{64}$/u;

/** The beginning of a digest, for messages. */
export const shortDigest = (digest: string): string => digest.slice(0, "sha256:".length + 12);

export const isDigest = (written: unknown): written is Digest =>
  typeof written === "string" && digestPattern.test(written);
