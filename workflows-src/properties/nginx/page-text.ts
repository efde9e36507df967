/** A page of the proxy has a title, the same text as its heading, and a sentence. It ends the pattern of a string of nginx. */
export const pageText =
  "<title>(?!undefined)([^<']{8,})</title></head><body><main><h1>\\1</h1><p>[^<']{8,}</p></main></body></html>";
