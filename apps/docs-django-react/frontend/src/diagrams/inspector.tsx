import { type Dispatch, type RefObject, useEffect, useId, useRef, useState } from "react";
import { type Canvas, type CanvasAction, connectionError, type CanvasNode, edgeLabel } from "./canvas-state.ts";
import { Field } from "../shell/field.tsx";
import { limits } from "./limits.ts";
import { nodeLabelError, type SaveState, edgeLabelError } from "./saving.ts";
import { editorTexts } from "./texts.ts";

interface InspectorProps {
  readonly canvas: Canvas;
  readonly saving: SaveState;
  readonly dispatch: Dispatch<CanvasAction>;
}

/** The accessible alternative to the canvas: it offers every edit as text and by keyboard. */
export const Inspector = ({ canvas, saving, dispatch }: InspectorProps) => {
  const selected = canvas.nodes.find((node) => node.selected);
  const aside = useRef<HTMLElement>(null);
  const focusHandlers = useFocusFallback(aside);
  return (
    <aside
      ref={aside}
      className="inspector card"
      tabIndex={-1}
      aria-label={selected ? "Selected shape" : "Outline"}
      {...focusHandlers}
    >
      {selected ? (
        <Details key={selected.id} shape={selected} canvas={canvas} saving={saving} dispatch={dispatch} />
      ) : (
        <Outline canvas={canvas} saving={saving} dispatch={dispatch} />
      )}
    </aside>
  );
};

/** When a focused control disappears after its action, moves the focus to the element instead of the body. */
const useFocusFallback = (element: RefObject<HTMLElement | null>) => {
  const within = useRef(false);
  useEffect(() => {
    if (within.current && document.activeElement === document.body) element.current?.focus({ preventScroll: true });
  });
  return {
    onFocus: () => {
      within.current = true;
    },
    onBlur: () => {
      within.current = false;
    },
  };
};

const labelOf = ({ nodes }: Canvas, id: string): string =>
  nodes.find((node) => node.id === id)?.data.label || editorTexts.noLabel;

const Outline = ({ canvas, saving, dispatch }: InspectorProps) => (
  <>
    <h2>Outline</h2>
    {canvas.nodes.length === 0 && <p className="hint">{editorTexts.empty}</p>}
    <ol className="outline">
      {canvas.nodes.map(({ id, type, data }) => {
        const outgoing = canvas.edges.filter(({ source }) => source === id);
        return (
          <li key={id}>
            <button
              type="button"
              data-invalid={nodeLabelError(saving, id, data.label) !== undefined}
              onClick={() => dispatch({ type: "selected", id })}
            >
              <i className="shape-icon" data-kind={type} />
              <span className="visually-hidden">{type}: </span>
              {data.label || editorTexts.noLabel}
            </button>
            {outgoing.length > 0 && (
              <p className="hint">
                Leads to{" "}
                {outgoing
                  .map(({ target, label }) => `${labelOf(canvas, target)}${label ? ` (${edgeLabel(label)})` : ""}`)
                  .join(", ")}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  </>
);

const Details = ({ shape, canvas, saving, dispatch }: InspectorProps & { readonly shape: CanvasNode }) => {
  const { id } = shape;
  const outgoing = canvas.edges.filter(({ source }) => source === id);
  return (
    <>
      <div className="inspector-header">
        <h2>
          <i className="shape-icon" data-kind={shape.type} />
          {shape.type}
        </h2>
        <button type="button" className="link-button" onClick={() => dispatch({ type: "selected", id: null })}>
          Back to the outline
        </button>
      </div>
      <Field
        label="Text"
        value={shape.data.label}
        limit={limits.label}
        error={nodeLabelError(saving, id, shape.data.label)}
        onChange={(label) => dispatch({ type: "labelled", id, label })}
      />
      {outgoing.length > 0 && (
        <ul className="connections">
          {outgoing.map(({ id: edge, target, label }) => (
            <li key={edge}>
              <Field
                label={`Label of the connection to “${labelOf(canvas, target)}”`}
                value={edgeLabel(label)}
                limit={limits.edgeLabel}
                error={edgeLabelError(saving, edge, edgeLabel(label))}
                onChange={(text) => dispatch({ type: "edge labelled", id: edge, label: text })}
              />
              <button
                type="button"
                className="link-button"
                aria-label={`Remove the connection to “${labelOf(canvas, target)}”`}
                onClick={() => dispatch({ type: "disconnected", id: edge })}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <Connect shape={shape} canvas={canvas} dispatch={dispatch} />
      <button type="button" className="button danger" onClick={() => dispatch({ type: "removed", id })}>
        Delete this shape
      </button>
    </>
  );
};

const Connect = ({ shape, canvas, dispatch }: Omit<InspectorProps, "saving"> & { readonly shape: CanvasNode }) => {
  const id = useId();
  const [target, setTarget] = useState("");
  const targets = canvas.nodes.filter((node) => connectionError(canvas, shape.id, node.id) === null);
  if (targets.length === 0) return null;
  return (
    <div className="field">
      <label htmlFor={id}>Connect to</label>
      <div className="connect-row">
        <select id={id} value={target} onChange={(event) => setTarget(event.target.value)}>
          <option value="">Choose a shape</option>
          {targets.map((node) => (
            <option key={node.id} value={node.id}>
              {node.data.label || editorTexts.noLabel}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="button secondary"
          disabled={target === ""}
          onClick={() => {
            dispatch({ type: "connected", source: shape.id, target });
            setTarget("");
          }}
        >
          Connect
        </button>
      </div>
    </div>
  );
};
