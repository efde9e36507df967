/** Values as text for a terminal. Pure. */

export const tail = (text: string, lines: number): string => text.trimEnd().split("\n").slice(-lines).join("\n");

export const duration = (milliseconds: number): string =>
  milliseconds < 60_000
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;

/** A word as a person would type it in a shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Bytes in thousands of millions. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Bytes in millions. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** A number with a comma between thousands: 1,102. */
export const thousands = (value: number): string => new Intl.NumberFormat("en-GB").format(value);

/** The day of a time: 24 November. */
export const day = (time: string): string =>
  new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" }).format(Date.parse(time));
