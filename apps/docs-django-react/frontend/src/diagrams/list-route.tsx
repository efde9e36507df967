import type { LoaderFunctionArgs } from "react-router";
import { type List, listDiagrams } from "../api/diagrams.ts";

export { ListPage as Component } from "./list-page.tsx";

export const loader = async ({ request }: LoaderFunctionArgs): Promise<List> =>
  listDiagrams(new URL(request.url).search, request.signal);
