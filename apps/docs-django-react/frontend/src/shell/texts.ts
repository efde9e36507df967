/** The sentences of the pages that are shown in place of a page that cannot be shown. */
export const errorPageTexts = {
  notFound: "There is nothing at this URL.",
  unexpected: "An unexpected error occurred on this page.",
} as const;
