import { type Dispatch, type RefObject, useEffect, useId, useRef, useState } from "react";
import { type Canvas, type Gesture, refusedWay, type ShapeNode, wayLabel } from "./canvas-state.ts";
import { Field } from "../shell/field.tsx";
import { limits } from "./limits.ts";
import { labelFault, type Saving, wayFault } from "./saving.ts";

interface InspectorProps {
  readonly canvas: Canvas;
  readonly saving: Saving;
  readonly act: Dispatch<Gesture>;
}

/** Everything that the canvas does by pointer, in words and for the keyboard. */
export const Inspector = ({ canvas, saving, act }: InspectorProps) => {
  const selected = canvas.nodes.find((node) => node.selected);
  const aside = useRef<HTMLElement>(null);
  const keepsFocus = useKeptFocus(aside);
  return (
    <aside
      ref={aside}
      className="inspector card"
      tabIndex={-1}
      aria-label={selected ? "Selected shape" : "Outline"}
      {...keepsFocus}
    >
      {selected ? (
        <Details key={selected.id} shape={selected} canvas={canvas} saving={saving} act={act} />
      ) : (
        <Outline canvas={canvas} saving={saving} act={act} />
      )}
    </aside>
  );
};

/** A button that goes with what it did takes the focus along: then the whole has it, and Tab goes on here. */
const useKeptFocus = (element: RefObject<HTMLElement | null>) => {
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
  nodes.find((node) => node.id === id)?.data.label || "(no text)";

const Outline = ({ canvas, saving, act }: InspectorProps) => (
  <>
    <h2>Outline</h2>
    {canvas.nodes.length === 0 && <p className="hint">Nothing is drawn yet. Add a start to begin with.</p>}
    <ol className="outline">
      {canvas.nodes.map(({ id, type, data }) => {
        const ways = canvas.edges.filter(({ source }) => source === id);
        return (
          <li key={id}>
            <button
              type="button"
              data-faulty={labelFault(saving, id, data.label) !== undefined}
              onClick={() => act({ type: "selected", id })}
            >
              <i className="swatch" data-kind={type} />
              <span className="unseen">{type}: </span>
              {data.label || "(no text)"}
            </button>
            {ways.length > 0 && (
              <p className="hint">
                to{" "}
                {ways
                  .map(({ target, label }) => `${labelOf(canvas, target)}${label ? ` (${wayLabel(label)})` : ""}`)
                  .join(", ")}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  </>
);

const Details = ({ shape, canvas, saving, act }: InspectorProps & { readonly shape: ShapeNode }) => {
  const { id } = shape;
  const ways = canvas.edges.filter(({ source }) => source === id);
  return (
    <>
      <div className="inspector-head">
        <h2>
          <i className="swatch" data-kind={shape.type} />
          {shape.type}
        </h2>
        <button type="button" className="link" onClick={() => act({ type: "selected", id: null })}>
          To the outline
        </button>
      </div>
      <Field
        label="Text"
        value={shape.data.label}
        limit={limits.label}
        wrong={labelFault(saving, id, shape.data.label)}
        onChange={(label) => act({ type: "labelled", id, label })}
      />
      {ways.length > 0 && (
        <ul className="ways">
          {ways.map(({ id: way, target, label }) => (
            <li key={way}>
              <Field
                label={`Way to “${labelOf(canvas, target)}”`}
                value={wayLabel(label)}
                limit={limits.way}
                wrong={wayFault(saving, way, wayLabel(label))}
                onChange={(text) => act({ type: "way labelled", id: way, label: text })}
              />
              <button
                type="button"
                className="link"
                aria-label={`Remove the way to “${labelOf(canvas, target)}”`}
                onClick={() => act({ type: "disconnected", id: way })}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <Connect shape={shape} canvas={canvas} act={act} />
      <button type="button" className="button bad" onClick={() => act({ type: "removed", id })}>
        Delete this shape
      </button>
    </>
  );
};

const Connect = ({ shape, canvas, act }: Omit<InspectorProps, "saving"> & { readonly shape: ShapeNode }) => {
  const id = useId();
  const [target, setTarget] = useState("");
  const targets = canvas.nodes.filter((node) => refusedWay(canvas, shape.id, node.id) === null);
  if (targets.length === 0) return null;
  return (
    <div className="field">
      <label htmlFor={id}>Connect it with</label>
      <div className="connect">
        <select id={id} value={target} onChange={(event) => setTarget(event.target.value)}>
          <option value="">Choose a shape</option>
          {targets.map((node) => (
            <option key={node.id} value={node.id}>
              {node.data.label || "(no text)"}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="button quiet"
          disabled={target === ""}
          onClick={() => {
            act({ type: "connected", source: shape.id, target });
            setTarget("");
          }}
        >
          Connect
        </button>
      </div>
    </div>
  );
};
