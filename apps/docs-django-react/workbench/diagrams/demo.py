"""The two demo diagrams."""

from workbench.diagrams import store
from workbench.diagrams.rules import parse_drawing

ORDER = {
    "name": "Order to delivery",
    "nodes": [
        {"id": "order", "kind": "start", "label": "Order comes in", "x": 240, "y": 0},
        {"id": "stock", "kind": "decision", "label": "In stock?", "x": 240, "y": 120},
        {"id": "make", "kind": "step", "label": "Make it in the studio", "x": 0, "y": 260},
        {"id": "pack", "kind": "step", "label": "Pack", "x": 240, "y": 380},
        {"id": "check", "kind": "decision", "label": "Weight right?", "x": 240, "y": 500},
        {"id": "carrier", "kind": "step", "label": "Hand to the carrier", "x": 240, "y": 640},
        {"id": "done", "kind": "end", "label": "Delivered", "x": 240, "y": 760},
    ],
    "edges": [
        {"id": "e1", "source": "order", "target": "stock", "label": ""},
        {"id": "e2", "source": "stock", "target": "make", "label": "no"},
        {"id": "e3", "source": "stock", "target": "pack", "label": "yes"},
        {"id": "e4", "source": "make", "target": "pack", "label": ""},
        {"id": "e5", "source": "pack", "target": "check", "label": ""},
        {"id": "e6", "source": "check", "target": "carrier", "label": "yes"},
        {"id": "e7", "source": "carrier", "target": "done", "label": ""},
        {"id": "e8", "source": "check", "target": "pack", "label": "no"},
    ],
}
RETURN = {
    "name": "A return",
    "nodes": [
        {"id": "arrives", "kind": "start", "label": "Parcel arrives", "x": 200, "y": 0},
        {"id": "look", "kind": "decision", "label": "Undamaged?", "x": 200, "y": 120},
        {"id": "shelf", "kind": "step", "label": "Back on the shelf", "x": 0, "y": 270},
        {"id": "repair", "kind": "step", "label": "To the repair bench", "x": 400, "y": 270},
        {"id": "money", "kind": "step", "label": "Pay back", "x": 200, "y": 400},
        {"id": "closed", "kind": "end", "label": "Closed", "x": 200, "y": 520},
    ],
    "edges": [
        {"id": "e1", "source": "arrives", "target": "look", "label": ""},
        {"id": "e2", "source": "look", "target": "shelf", "label": "yes"},
        {"id": "e3", "source": "look", "target": "repair", "label": "no"},
        {"id": "e4", "source": "shelf", "target": "money", "label": ""},
        {"id": "e5", "source": "repair", "target": "money", "label": ""},
        {"id": "e6", "source": "money", "target": "closed", "label": ""},
    ],
}


def load() -> None:
    for drawing in (RETURN, ORDER):
        store.create(parse_drawing(drawing))
