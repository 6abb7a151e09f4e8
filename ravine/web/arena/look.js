// How a race is looked at, in the words of its link (ravine/experiments/link.py). What is usual is an empty text.

const NOTHING = "nothing"
const SOON = 300 // milliseconds without another change, after which the server is told

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

/** Tells the server how the race is looked at, a little later, so that the link says it too. */
export class Look {
  /** `on` has read() (what `lookOf` takes), send(look), isPlaying() and isShown(). */
  constructor(on) {
    this.on = on
  }

  /** A race from a link: the server knows how it is looked at. */
  open() {
    clearTimeout(this.waiting)
    this.told = JSON.stringify(this.now())
  }

  now() {
    return lookOf(this.on.read())
  }

  settle(soon = SOON) {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.tell(), soon)
  }

  tell() {
    if (!this.on.isShown()) return
    const look = this.now()
    if (this.on.isPlaying()) look.at = JSON.parse(this.told).at // where it stops is told when it stops
    const text = JSON.stringify(look)
    if (text !== this.told) this.on.send(look)
    this.told = text
  }

  dispose() {
    clearTimeout(this.waiting)
  }
}
