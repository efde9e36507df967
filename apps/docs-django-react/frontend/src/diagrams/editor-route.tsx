import type { LoaderFunctionArgs } from "react-router";
import { type Diagram, readDiagram } from "../api/diagrams.ts";

export { EditorPage as Component } from "./editor-page.tsx";

export const loader = async ({ params, request }: LoaderFunctionArgs): Promise<Diagram> =>
  readDiagram(params["id"] ?? "", request.signal);
