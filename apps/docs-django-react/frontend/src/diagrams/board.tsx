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
import { type Canvas, type Gesture, refusedWay, type ShapeNode } from "./canvas-state.ts";
import { labelFault, type Saving } from "./saving.ts";

const Shape = ({ type, data, selected }: NodeProps<ShapeNode>) => (
  <div className="shape" data-kind={type} data-selected={selected}>
    {type !== "start" && <Handle type="target" position={Position.Top} />}
    <span>{data.label || "(no text)"}</span>
    {type !== "end" && <Handle type="source" position={Position.Bottom} />}
  </div>
);

const nodeTypes: NodeTypes = { start: Shape, step: Shape, decision: Shape, end: Shape };
const ways = { type: "smoothstep", markerEnd: { type: MarkerType.ArrowClosed, width: 18, height: 18, color: "#5a6078" } } as const;
const deleting = ["Backspace", "Delete"];
// The attribution is a link to another host, which no page of ours has. Its licence (MIT) lets us hide it,
// its makers ask to be supported then; below the canvas they are named in words instead.
const quiet = { hideAttribution: true } as const;
const fit = { maxZoom: 1, padding: 0.12 } as const;

interface BoardProps {
  readonly canvas: Canvas;
  readonly saving: Saving;
  readonly act: Dispatch<Gesture>;
  /** Undefined when there is nothing to undo. */
  readonly onUndo: (() => void) | undefined;
  readonly onRedo: (() => void) | undefined;
}

export const Board = ({ canvas, saving, act, onUndo, onRedo }: BoardProps) => {
  const nodes = useMemo(
    () =>
      canvas.nodes.map((node) => ({
        ...node,
        ariaLabel: `${node.type}: ${node.data.label}`,
        className: labelFault(saving, node.id, node.data.label) === undefined ? "" : "faulty",
      })),
    [canvas.nodes, saving],
  );
  return (
    <section className="easel card" aria-label="Canvas">
      <div className="toolbar">
        <span aria-hidden="true">Add</span>
        {kinds.map((kind) => (
          <button key={kind} type="button" aria-label={`Add a shape: ${kind}`} onClick={() => act({ type: "added", kind })}>
            <i className="swatch" data-kind={kind} />
            {kind}
          </button>
        ))}
        <span className="turns">
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
          defaultEdgeOptions={ways}
          onNodesChange={(changes) => act({ type: "nodes changed", changes })}
          onEdgesChange={(changes) => act({ type: "edges changed", changes })}
          onConnect={({ source, target }) => act({ type: "connected", source, target })}
          isValidConnection={({ source, target }) => refusedWay(canvas, source, target) === null}
          deleteKeyCode={deleting}
          proOptions={quiet}
          fitView
          fitViewOptions={fit}
          minZoom={0.2}
        >
          <Background gap={22} size={1.4} color="#cfc7b4" />
          <Controls showInteractive={false} />
          <Overview shapes={canvas.nodes.length} />
        </ReactFlow>
      </div>
      <p className="hint credit">The canvas is React Flow, made by xyflow (MIT licence).</p>
    </section>
  );
};

/** A new shape may lie outside of what is seen: then everything is shown. */
const Overview = ({ shapes }: { readonly shapes: number }) => {
  const { fitView } = useReactFlow();
  const before = useRef(shapes);
  useEffect(() => {
    if (shapes > before.current) void fitView(fit);
    before.current = shapes;
  }, [shapes, fitView]);
  return null;
};
