import type { LoaderFunctionArgs } from "react-router";
import { type Listed, listDiagrams } from "../api/diagrams.ts";

export { ListPage as Component } from "./list-page.tsx";

export const loader = async ({ request }: LoaderFunctionArgs): Promise<readonly Listed[]> =>
  listDiagrams(request.signal);
