// How a race is looked at, in the words of its link (ravine/experiments/link.py). What is usual is an empty text.

const NOTHING = "nothing"

/** The parts of a link that the arena turns by itself: {view, at, zoom, show, curves, dial, eye, point}, all texts. */
export function lookOf({ layout, at, zoom, eye, marks, charts, asked, dial, point }) {
  return {
    view: layout,
    at: at === null ? "" : String(at),
    zoom: (zoom ?? []).join(","),
    show: marks.join(",") || NOTHING,
    curves: asked ? charts.join(",") || NOTHING : "",
    dial: dial.key,
    eye: (eye ?? []).join(","),
    point,
  }
}
