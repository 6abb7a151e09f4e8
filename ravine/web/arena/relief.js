// The surface in three dimensions with the paths on it, all of it Plotly's. The visitor turns it; it stays as turned.

import { GLYPHS, dashed, drape, gridOf, heightAt, marksOf, reached, walked } from "./drape.js"
import { pointAt } from "./geometry.js"
import { describe } from "../shared/picture.js"

const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, responsive: false, showTips: false }
const CAMERA_REST = 120 // milliseconds in which a camera that still moves has moved
const MOST_PIECES = 10000 // of all paths together
const WIDE = 1.12 // a picture narrower than this many heights shows the surface smaller, so that it fits
const MARK_LIFT = 3.5 // marks face the eye: they need more room above the surface than a line, this many times
const HERE_LIFT = 5
const GLYPH = { mark: 15, here: 27, start: 24 } // pixels, in a picture as high as the next number
const HIGH = 520

export class Relief {
  /** `on` has `turned(eye)`. `lanes` and `words` (noWebGL) are set from outside. */
  constructor(Plotly, on) {
    this.Plotly = Plotly
    this.on = on
    this.element = document.createElement("figure")
    this.element.className = "rv-panel"
    this.caption = this.element.appendChild(document.createElement("figcaption"))
    this.holder = this.element.appendChild(document.createElement("div"))
    this.holder.className = "rv-relief" // not rv-ground, whose canvases let the pointer through
    this.ground = this.holder.appendChild(document.createElement("div"))
    this.ground.style.touchAction = "none"
    this.holder.addEventListener("pointerdown", () => this.held(), true)
    // Plotly keeps the wheel to itself even where it does nothing with it; the page is to scroll.
    this.holder.addEventListener("wheel", (event) => event.stopPropagation(), true)
    this.words = {}
    this.lanes = []
    this.figure = null // what was laid
    this.seen = null // what was drawn last: {position, theme}
    this.built = null // what stands in the scene: {figure, looks}
    this.camera = null // null: as the figure has it
  }

  /** Tell where the camera was left. Plotly itself says it of the mouse only, not of a finger. */
  held() {
    const before = JSON.stringify(this.eye)
    const ended = new AbortController()
    const release = async () => {
      ended.abort()
      const eye = await this.atRest()
      if (!this.disposed && eye !== before) this.on.turned(this.eye)
    }
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, release, { signal: ended.signal })
  }

  /** The eye, as text, once the camera has stopped: it follows the hand some frames later. */
  async atRest(patience = 30) {
    let eye = null
    while (!this.disposed && patience-- && eye !== (eye = JSON.stringify(this.eye))) {
      await new Promise((done) => setTimeout(done, CAMERA_REST))
    }
    return eye
  }

  /** What there is to see, for who does not see it. */
  describe(text) {
    describe(this.holder, text)
  }

  /** Draw the surface: a figure from the server, `width` by `height` pixels. The figure brings its own frame. */
  async lay(figure, { width, height, theme }) {
    if (!hasWebGL()) return this.apologise(width)
    const layout = structuredClone(figure.layout)
    const { scene, meta } = layout
    Object.assign(layout, { width, height })
    layout.font.family = quoted(theme.font)
    const axes = ["x", "y", "z"]
    const sides = axes.map((axis) => scene.aspectratio[axis] / span(scene[`${axis}axis`].range))
    for (const axis of axes) scene.aspectratio[axis] *= Math.min(1, width / height / WIDE)
    const [grid, usual] = [gridOf(figure.data[0]), figure.layout.scene.camera]
    this.figure = { data: figure.data, layout, sides, grid, usual, lift: meta.lift }
    this.threads = new WeakMap()
    if (this.seen) await this.build()
  }

  /** Say so where the browser cannot draw it. */
  apologise(width) {
    const note = document.createElement("p")
    note.className = "rv-broken"
    note.textContent = this.words.noWebGL ?? ""
    note.style.maxWidth = `${width}px`
    this.ground.style.touchAction = ""
    this.ground.replaceChildren(note)
  }

  /** The paths up to `position`. When only they are new, nothing else is touched. */
  draw({ position, theme }) {
    this.seen = { position, theme }
    if (!this.figure || this.building) return // what is being built ends with the newest position
    if (this.isBuilt) this.advance()
    else this.build()
  }

  get shown() {
    return this.lanes.filter((lane) => !lane.hidden)
  }

  get isBuilt() {
    return this.built?.figure === this.figure && this.built.looks === looksOf(this.shown, this.seen.theme)
  }

  build() {
    this.building ??= this.rebuild().finally(() => (this.building = null))
    return this.building
  }

  /** The whole scene anew, as often as something else than the position has changed meanwhile. */
  async rebuild() {
    while (!this.isBuilt && !this.disposed) {
      const { figure, seen, shown } = this
      this.camera = this.standing
      figure.layout.scene.camera = structuredClone({ ...figure.usual, ...this.camera })
      const data = [...figure.data.map((trace) => ({ ...trace })), ...this.traces()]
      await this.Plotly.react(this.ground, data, figure.layout, CONFIG)
      this.built = { figure, looks: looksOf(shown, seen.theme) }
    }
    if (!this.disposed) this.advance()
  }

  /** Two traces a lane, its line and its marks, and one with where everybody is. */
  traces() {
    const { theme } = this.seen
    const [lines, here] = [this.lines(), this.here()]
    const { width, height } = this.figure.layout
    const small = Math.max(0.7, Math.min(1, width / HIGH, height / HIGH))
    const common = { type: "scatter3d", hoverinfo: "skip", showlegend: false, textposition: "middle center" }
    const paths = this.shown.flatMap((lane, i) => {
      const color = lane[theme.mode]
      return [
        { ...common, ...lines[2 * i], mode: "lines", line: { color, width: 5 } },
        { ...common, ...lines[2 * i + 1], mode: "text", text: glyphOf(lane), textfont: { color, size: small * GLYPH.mark } },
      ]
    })
    const textfont = {
      color: [theme.text, ...this.shown.map((lane) => lane[theme.mode])],
      size: [small * GLYPH.start, ...this.shown.map(() => small * GLYPH.here)],
    }
    const text = ["○", ...this.shown.map(glyphOf)]
    return [...paths, { ...common, ...here, mode: "text", text, textfont }]
  }

  /** The newest points of the paths, straight to the screen: Plotly's own way draws the surface again with them. */
  advance() {
    const { _fullData: traces, _fullLayout: layout } = this.ground
    const columns = [...this.lines(), this.here()]
    columns.forEach((points, i) => {
      const trace = traces[this.figure.data.length + i]
      Object.assign(trace, points, { _length: points.x.length })
      layout.scene._scene.traces[trace.uid].update(trace)
    })
  }

  /** The walked part of each path and of its marks. */
  lines() {
    const { position } = this.seen
    return this.shown.flatMap((lane) => {
      const { line, marks } = this.threadsOf(lane)
      const n = reached(marks.step, position)
      return [walked(line, position), n ? sliced(marks, n) : NOWHERE]
    })
  }

  threadsOf(lane) {
    const known = this.threads.get(lane)
    if (known && same(known.path.x, lane.x) && same(known.path.y, lane.y)) return known
    const { grid, lift, sides } = this.figure
    const path = { x: lane.x.slice(), y: lane.y.slice() } // the lane's own are written over while a knob turns
    const line = dashed(drape(path, grid, lift, MOST_PIECES / this.lanes.length), lane.dash, sides)
    const made = { path, line, marks: marksOf(path, grid, MARK_LIFT * lift, sides) }
    this.threads.set(lane, made)
    return made
  }

  /** The start and where each lane is. */
  here() {
    const { grid, lift } = this.figure
    const start = this.lanes.length ? pointAt(this.lanes[0], 0) : null
    const points = [start, ...this.shown.map((lane) => pointAt(lane, this.seen.position))]
    const places = points.map((point) => point ?? [NaN, NaN])
    const z = places.map(([x, y]) => heightAt(grid, x, y) + HERE_LIFT * lift)
    return { x: places.map(([x]) => x), y: places.map(([, y]) => y), z }
  }

  /** The relief for a slide: an image, paths and all, for there is no drawing of it without its pixels. */
  async still() {
    const { width, height } = this.figure.layout
    return { ground: await this.Plotly.toImage(this.ground, { format: "png", width, height, scale: 2 }), scene: null }
  }

  /** The camera as it stands at this moment, in the middle of a turn too. */
  get standing() {
    return this.built ? this.ground._fullLayout.scene._scene.getCamera() : this.camera
  }

  /** From where the surface is seen, {x, y, z}, or null before there is one. */
  get eye() {
    return (this.standing ?? this.figure?.usual)?.eye ?? null
  }

  set eye(eye) {
    this.camera = eye ? { ...this.standing, eye: { ...eye } } : null
    if (this.built) this.Plotly.relayout(this.ground, { "scene.camera.eye": { ...(eye ?? this.figure.usual.eye) } })
  }

  /** Plotly is not to lose the ground under a drawing that has begun. */
  dispose() {
    this.disposed = true
    this.element.remove()
    const purge = () => this.Plotly.purge(this.ground)
    if (this.building) this.building.then(purge, purge)
    else purge()
  }
}

const same = (a, b) => a.length === b.length && a.every((value, k) => Object.is(value, b[k]))
const NOWHERE = { x: [NaN], y: [NaN], z: [NaN] }
const span = ([from, to]) => to - from
const glyphOf = (lane) => GLYPHS[lane.marker] ?? GLYPHS.circle
const sliced = ({ x, y, z }, n) => ({ x: x.slice(0, n), y: y.slice(0, n), z: z.slice(0, n) })

/** A list of fonts with every name in quotes: a canvas takes "Source Sans 3" for no font at all without them. */
function quoted(fonts) {
  const names = fonts.split(",").map((name) => name.trim().replaceAll(/["']/g, ""))
  return names.map((name) => (/^[a-z-]+$/.test(name) ? name : `"${name}"`)).join(", ")
}

/** What the traces look like, apart from where they are. */
function looksOf(lanes, { mode, page, text }) {
  return JSON.stringify([page, text, ...lanes.map((lane) => [lane[mode], lane.marker])])
}

let answered = false // a browser that could draw once can

function hasWebGL() {
  if (answered) return true
  const context = document.createElement("canvas").getContext("webgl")
  context?.getExtension("WEBGL_lose_context")?.loseContext()
  return (answered = context !== null)
}
