// The surface in three dimensions with the paths on it, drawn by Plotly. The visitor turns it; it stays as turned.

import { GLYPHS, dashed, drape, gridOf, heightAt, marksOf, reached, walked } from "./drape.js"
import { pointAt } from "./geometry.js"
import { away, eyeOf, turned, viewOf } from "./orbit.js"
import { describe } from "../shared/picture.js"
import { Swing, fromAbove, swung, viewport } from "./swing.js"
import { Turning } from "./turning.js"

const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, responsive: false, showTips: false }
const MOST_PIECES = 10000 // of all paths together
const WIDE = 1.35 // a picture narrower than this many heights shows the surface smaller, so that it fits
const MARK_LIFT = 3.5 // marks face the eye: they need more room above the surface than a line, this many times
const HERE_LIFT = 5
const UPRIGHT = 0.55 // share of the swing from which on there is room for the numbers of the height axis
const GLYPH = { mark: 15, here: 27, start: 24 } // pixels, in a picture as high as the next number
const HIGH = 520

export class Relief {
  /** `on` has `turned(eye)` and `whole()`. `lanes` and `words` (noWebGL, turning) are set from outside. */
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
    this.note = this.element.appendChild(document.createElement("p"))
    this.note.className = "rv-bent"
    this.turning = new Turning(this.holder, this.hands())
    this.words = {}
    this.lanes = []
    this.figure = null // what was laid
    this.seen = null // what was drawn last: {position, theme}
    this.built = null // what stands in the scene: {figure, looks}
    this.view = null // null: as the figure has it
    this.opening = null // where the flat picture was, if the relief is to rise from it
  }

  /** What hands do with it. The eye is told when they let go. */
  hands() {
    return {
      begin: () => this.settle(),
      turn: (right, down) => this.built && this.look(turned(this.standing, right, down)),
      zoom: (factor) => this.built && this.look(away(this.standing, factor)),
      canZoom: (factor) => Boolean(this.built) && away(this.standing, factor).distance !== this.standing.distance,
      whole: () => this.on.whole(),
      end: () => this.tell(),
    }
  }

  /** See it from nearer or from farther away, `factor` times the distance. */
  zoom(factor) {
    const { begin, zoom, end } = this.hands()
    begin()
    zoom(factor)
    end()
  }

  /** Nothing moves by itself any more. */
  settle() {
    this.opening = null
    this.swing?.finish()
  }

  /** Tell where the eye was left. */
  tell() {
    const eye = JSON.stringify(this.eye)
    if (this.built && eye !== this.told) this.on.turned(this.eye)
    this.told = eye
  }

  /** What there is to see, for who does not see it. */
  describe(text) {
    describe(this.holder, text)
    this.holder.setAttribute("aria-description", this.words.turning ?? "")
  }

  /** Draw the surface: a figure from the server, `width` by `height` pixels. The figure brings its own frame. */
  async lay(figure, { width, height, theme }) {
    if (!hasWebGL()) return this.apologise(width)
    this.swing?.finish()
    const layout = structuredClone(figure.layout)
    const { scene, meta } = layout
    this.note.textContent = meta.note
    this.note.style.maxWidth = `${width}px`
    Object.assign(layout, { width, height: height - this.note.offsetHeight })
    layout.font.family = quoted(theme.font)
    const axes = ["x", "y", "z"]
    const sides = axes.map((axis) => scene.aspectratio[axis] / span(scene[`${axis}axis`].range))
    for (const axis of axes) scene.aspectratio[axis] *= Math.min(1, width / height / WIDE)
    const [grid, { eye, center }] = [gridOf(figure.data[0]), scene.camera]
    const box = { view: viewOf(eye, center), middle: center, sides: { ...scene.aspectratio } }
    this.figure = { data: figure.data, layout, sides, grid, box, lift: meta.lift, levels: meta.levels }
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
      Object.assign(figure.layout.scene, structuredClone(this.viewport))
      const data = [...figure.data.map((trace) => ({ ...trace })), ...this.traces()]
      await this.Plotly.react(this.ground, data, figure.layout, CONFIG)
      this.built = { figure, looks: looksOf(shown, seen.theme) }
    }
    if (this.disposed) return
    this.level()
    this.look(this.view)
    this.advance()
    if (this.opening) this.open()
  }

  /** The level curves of the flat picture, on the surface: Plotly itself draws only such as are evenly spaced. */
  level() {
    const { traces, dataScale } = this.scene
    const heights = this.figure.levels.map((z) => z * dataScale[2])
    traces[this.ground._fullData[0].uid].surface.update({ levels: [[], [], heights] })
  }

  /** What Plotly keeps of the scene. */
  get scene() {
    return this.ground._fullLayout.scene._scene
  }

  /** The relief rises out of the flat picture, which was in the frame `opening`. */
  open() {
    const { layout, box } = this.figure
    const to = { ...box, view: this.standing }
    const from = fromAbove(this.opening, layout, to.view.distance)
    const show = (share) => {
      const { axesOptions: axes } = this.scene
      axes.tickEnable[2] = axes.labelEnable[2] = share > UPRIGHT
      this.scene.setViewport(viewport(...swung(from, to, share)))
    }
    this.opening = null
    show(0)
    this.holder.dataset.swing = "running"
    this.swing = new Swing(show, () => {
      this.swing = null
      this.holder.dataset.swing = "over"
    })
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
    this.settle()
    const { glplot } = this.scene
    const canvas = Object.assign(document.createElement("canvas"), { width: glplot.canvas.width, height: glplot.canvas.height })
    glplot.redraw()
    canvas.getContext("2d").drawImage(glplot.canvas, 0, 0)
    return { ground: canvas.toDataURL("image/png"), scene: null }
  }

  /** The relief for a film: `shoot(pen, position)` draws it as it is seen now, with the paths up to there, until `end()`. It
   * is drawn by another one, which nobody sees: this one stays in the visitor's hands.
   */
  async moving() {
    const { width, height } = this.figure.layout
    const twin = this.twin()
    await twin.build()
    const shoot = (pen, position) => {
      twin.seen.position = position
      twin.advance()
      twin.scene.glplot.redraw()
      pen.drawImage(twin.scene.glplot.canvas, 0, 0, width, height)
    }
    return { ground: "", scene: null, shoot, end: () => twin.dispose() }
  }

  /** Another relief of the same race, from where this one is seen, off the screen. */
  twin() {
    const made = new Relief(this.Plotly, {})
    const lanes = this.lanes.map((lane) => ({ ...lane, x: lane.x.slice(), y: lane.y.slice() }))
    const figure = { ...this.figure, layout: structuredClone(this.figure.layout) }
    Object.assign(made, { lanes, figure, view: this.view, seen: { ...this.seen, position: 0 }, threads: new WeakMap() })
    made.element.classList.add("rv-twin")
    made.element.inert = true
    document.body.append(made.element)
    return made
  }

  /** The view at this moment; null before there is one. */
  get standing() {
    return this.view ?? this.figure?.box.view ?? null
  }

  /** As Plotly has it: a relief that will rise out of the flat picture begins there. */
  get viewport() {
    const { box, layout } = this.figure
    const { view, middle, sides } = this.opening ? fromAbove(this.opening, layout, this.standing.distance) : { ...box, view: this.standing }
    return viewport(view, middle, sides)
  }

  /** See it from `view`; null is the usual one. */
  look(view) {
    this.view = view
    if (this.built && !this.swing) this.scene.setViewport(this.viewport)
  }

  /** From where the surface is seen, {x, y, z}, or null before there is one. */
  get eye() {
    return this.figure && eyeOf(this.standing, this.figure.box.middle)
  }

  set eye(eye) {
    this.swing?.finish()
    if (!this.figure) return
    this.look(eye && viewOf(eye, this.figure.box.middle))
    this.told = JSON.stringify(this.eye)
  }

  /** Plotly is not to lose the ground under a drawing that has begun. */
  dispose() {
    this.disposed = true
    this.swing?.dispose()
    this.turning.dispose()
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
