import type { RouteObject } from "react-router";
import { Failure } from "./shell/failure.tsx";
import { Layout } from "./shell/layout.tsx";
import { Loading } from "./shell/loading.tsx";
import { NotFound } from "./shell/not-found.tsx";

/** The pages; Django knows the same addresses (`workbench/urls.py`). Charts and editor load when needed. */
export const routes: RouteObject[] = [
  {
    path: "/",
    element: <Layout />,
    HydrateFallback: Loading,
    children: [
      {
        ErrorBoundary: Failure,
        children: [
          { index: true, lazy: async () => import("./dashboard/route.tsx") },
          { path: "diagrams", lazy: async () => import("./diagrams/list-route.tsx") },
          { path: "diagrams/:id", lazy: async () => import("./diagrams/editor-route.tsx") },
          { path: "*", element: <NotFound /> },
        ],
      },
    ],
  },
];
