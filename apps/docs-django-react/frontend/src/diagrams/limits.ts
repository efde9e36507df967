/** Characters that a text of a diagram may have. The server checks the same; it has the last word. */
export const limits = { name: 80, label: 80, way: 40 } as const;
