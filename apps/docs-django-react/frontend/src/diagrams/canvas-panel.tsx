import {
  Background,
  Controls,
  Handle,
  MarkerType,
  type NodeProps,
  type NodeTypes,
  Position,
  ReactFlow,
  useReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { type Dispatch, useEffect, useMemo, useRef } from "react";
import { kinds } from "../api/diagrams.ts";
import { type Canvas, type CanvasAction, type CanvasNode, connectionError } from "./canvas-state.ts";
import { nodeLabelError, type SaveState } from "./saving.ts";
import { editorTexts } from "./texts.ts";

const Shape = ({ type, data, selected }: NodeProps<CanvasNode>) => (
  <div className="shape" data-kind={type} data-selected={selected}>
    {type !== "start" && <Handle type="target" position={Position.Top} />}
    <span>{data.label || editorTexts.noLabel}</span>
    {type !== "end" && <Handle type="source" position={Position.Bottom} />}
  </div>
);

const nodeTypes: NodeTypes = { start: Shape, step: Shape, decision: Shape, end: Shape };
const defaultEdgeOptions = { type: "smoothstep", markerEnd: { type: MarkerType.ArrowClosed, width: 18, height: 18, color: "#5a6078" } } as const;
const deleteKeys = ["Backspace", "Delete"];
// The attribution contains a link to another host, and no page of this application has one. The MIT licence
// permits hiding it; the text below the canvas credits the makers instead.
const proOptions = { hideAttribution: true } as const;
const fitViewOptions = { maxZoom: 1, padding: 0.12 } as const;

interface CanvasPanelProps {
  readonly canvas: Canvas;
  readonly saving: SaveState;
  readonly dispatch: Dispatch<CanvasAction>;
  /** Undefined if there is nothing to undo. */
  readonly onUndo: (() => void) | undefined;
  readonly onRedo: (() => void) | undefined;
}

export const CanvasPanel = ({ canvas, saving, dispatch, onUndo, onRedo }: CanvasPanelProps) => {
  const nodes = useMemo(
    () =>
      canvas.nodes.map((node) => ({
        ...node,
        ariaLabel: `${node.type}: ${node.data.label}`,
        className: nodeLabelError(saving, node.id, node.data.label) === undefined ? "" : "has-error",
      })),
    [canvas.nodes, saving],
  );
  return (
    <section className="canvas-panel card" aria-label="Canvas">
      <div className="toolbar">
        <span aria-hidden="true">Add</span>
        {kinds.map((kind) => (
          <button key={kind} type="button" aria-label={`Add a shape: ${kind}`} onClick={() => dispatch({ type: "added", kind })}>
            <i className="shape-icon" data-kind={kind} />
            {kind}
          </button>
        ))}
        <span className="undo-buttons">
          <button type="button" aria-keyshortcuts="Control+Z Meta+Z" aria-disabled={!onUndo} onClick={onUndo}>
            Undo
          </button>
          <button type="button" aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z" aria-disabled={!onRedo} onClick={onRedo}>
            Redo
          </button>
        </span>
      </div>
      <div className="canvas">
        <ReactFlow
          nodes={nodes}
          edges={canvas.edges}
          nodeTypes={nodeTypes}
          defaultEdgeOptions={defaultEdgeOptions}
          onNodesChange={(changes) => dispatch({ type: "nodes changed", changes })}
          onEdgesChange={(changes) => dispatch({ type: "edges changed", changes })}
          onConnect={({ source, target }) => dispatch({ type: "connected", source, target })}
          isValidConnection={({ source, target }) => connectionError(canvas, source, target) === null}
          deleteKeyCode={deleteKeys}
          proOptions={proOptions}
          fitView
          fitViewOptions={fitViewOptions}
          minZoom={0.2}
        >
          <Background gap={22} size={1.4} color="#cfc7b4" />
          <Controls showInteractive={false} />
          <FitNewNodes shapes={canvas.nodes.length} />
        </ReactFlow>
      </div>
      <p className="hint attribution">{editorTexts.credit}</p>
    </section>
  );
};

/** Fits the view after a node was added, because the new node may be outside the viewport. */
const FitNewNodes = ({ shapes }: { readonly shapes: number }) => {
  const { fitView } = useReactFlow();
  const previousCount = useRef(shapes);
  useEffect(() => {
    if (shapes > previousCount.current) void fitView(fitViewOptions);
    previousCount.current = shapes;
  }, [shapes, fitView]);
  return null;
};
