/** A page of the proxy has a title, the same text as its heading, and a sentence. It ends the pattern of a string of nginx. */
export const pageText =
  "<title>(?!undefined)([^<']{8,})</title></head><body><main><h1>\\1</h1><p>[^<']{8,}</p></main></body></html>";
/** The JSON of an error has one text, which no quote or backslash ends. */
export const jsonText = `\\{"detail":"(?!undefined)[^"'\\\\]{16,}"\\}`;
