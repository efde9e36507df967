/** Maximum lengths in characters; the server enforces the same ones (`workbench/diagrams/rules.py`). */
export const limits = { name: 80, label: 80, edgeLabel: 40 } as const;
