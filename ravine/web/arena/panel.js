// One panel: level curves by Plotly, drawn once a surface, and above them a canvas for the field, one for the paths and
// the handle of the start.

import { inside } from "./geometry.js"
import { describe } from "../shared/picture.js"
import { Handle } from "./handle.js"
import { paint, paintField, scales } from "./paint.js"

const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, showAxisDragHandles: false, responsive: false, showTips: false }
const STRIDE = 0.01 // of the picture: how far an arrow key moves the start
const HOVER = 12 // pixels from a point of a path that mean it
const REACH = { touch: 22, other: 14 } // pixels from a critical point that still mean it

export class Panel {
  /** `on` has `zoomed(box)`, `hovered({id, step} or null)`, `picked([x, y])`, `chose(critical point)`, `dragged([x, y])` and `dropped([x, y])`. */
  constructor(Plotly, on) {
    this.Plotly = Plotly
    this.on = on
    this.element = document.createElement("figure")
    this.element.className = "rv-panel"
    this.caption = this.element.appendChild(document.createElement("figcaption"))
    this.holder = this.element.appendChild(document.createElement("div"))
    this.holder.className = "rv-ground"
    this.ground = this.holder.appendChild(document.createElement("div"))
    this.under = this.canvas("rv-under")
    this.over = this.canvas("rv-over")
    const tapped = (event) => this.choose(event)
    this.handle = new Handle(this.holder, (px, py) => this.anywhere(px, py), { ...on, tapped })
    this.lanes = []
    this.drawn = null
    this.listen()
  }

  canvas(name) {
    const canvas = this.holder.appendChild(document.createElement("canvas"))
    canvas.className = name
    canvas.setAttribute("aria-hidden", "true")
    return canvas
  }

  /** What there is to see, for who does not see it; and what the handle is called. */
  describe(text, handle) {
    describe(this.ground, text)
    this.handle.name(handle)
  }

  listen() {
    this.ground.addEventListener("pointerdown", (down) => {
      if (down.button !== 0 || !this.drawn) return
      const release = (up) => {
        for (const name of ["pointerup", "pointercancel"]) window.removeEventListener(name, release, true)
        const moved = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY)
        if (up.type === "pointerup" && moved < 5) this.pick(up)
      }
      for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, release, true)
    }, true)
    this.ground.addEventListener("pointermove", (event) => {
      this.holder.classList.toggle("rv-pointing", Boolean(this.meant(event)))
      if (event.pointerType === "mouse") this.on.hovered(this.nearest(event))
    })
    this.ground.addEventListener("pointerleave", () => this.on.hovered(null))
  }

  pick(event) {
    if (!this.drawn || this.choose(event)) return // it went while the button was down
    const place = this.anywhere(...this.pixel(event))
    if (inside(place, this.box)) this.on.picked(place)
  }

  /** Choose the critical point that a press means. Returns whether it means one. */
  choose(event) {
    const point = this.meant(event)
    if (point) this.on.chose(point)
    return Boolean(point)
  }

  /** The critical point whose mark is near, or null. */
  meant(event) {
    if (!this.drawn) return null
    return this.scene?.critical?.at(this.pixel(event).map((pixel) => pixel / this.ink), this.scene, REACH[event.pointerType] ?? REACH.other) ?? null
  }

  /** The point of a path that a pointer is at: {id, step}, or null. */
  nearest(event) {
    if (!this.drawn || !this.scene) return null
    const [px, py] = this.pixel(event).map((pixel) => pixel / this.ink)
    const { toPixel } = scales(this.scene)
    let [best, far] = [null, HOVER]
    for (const { id, hidden, x, y } of this.lanes) {
      for (let step = 1; !hidden && step <= Math.min(this.scene.position, x.length - 1); step++) {
        const [qx, qy] = toPixel(x[step], y[step])
        const away = Math.hypot(qx - px, qy - py)
        if (away < far) [best, far] = [{ id, step }, away]
      }
    }
    return best
  }

  pixel({ clientX, clientY }) {
    const { left, top } = this.ground.getBoundingClientRect()
    return [clientX - left, clientY - top]
  }

  /** Draw the ground: a figure from the server, `width` by `height` pixels, showing `box` (null: all of it). */
  async lay(figure, { width, height, box, theme, marks, field, type = 1, ink = 1 }) {
    const layout = structuredClone(figure.layout)
    enlarge(layout, type)
    this.ink = ink
    layout.font.family = theme.font
    layout.width = width
    layout.height = height
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false
    if (box) {
      layout.xaxis.range = box.slice(0, 2)
      layout.yaxis.range = box.slice(2)
    }
    const [levels, minima] = figure.data
    const data = [{ ...levels, visible: marks.has("levels") }, { ...minima, visible: marks.has("minima") }]
    await this.Plotly.react(this.ground, data, layout, CONFIG)
    if (!this.element.isConnected) return
    if (!this.drawn) {
      this.ground.on("plotly_relayout", (change) => {
        if ("xaxis.range[0]" in change || "yaxis.range[0]" in change) this.on.zoomed(this.box)
      })
    }
    this.drawn = { width, height }
    for (const canvas of [this.under, this.over]) this.size(canvas)
    this.field = field
    if (field) paintField(this.pen(this.under), field, { box: this.box, frame: this.inked, theme })
  }

  size(canvas) {
    const { width, height } = this.drawn
    const ratio = window.devicePixelRatio || 1
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }

  /** The canvas's context, empty, in units of CSS pixels, or of larger ones where lines are to be thicker. */
  pen(canvas) {
    const pen = canvas.getContext("2d")
    const ratio = canvas.width / this.drawn.width
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, this.drawn.width, this.drawn.height)
    pen.scale(this.ink, this.ink)
    return pen
  }

  get frame() {
    const { l, t, w, h } = this.ground._fullLayout._size
    return { left: l, top: t, width: w, height: h }
  }

  /** The frame in the pen's units. */
  get inked() {
    return Object.fromEntries(Object.entries(this.frame).map(([side, pixels]) => [side, pixels / this.ink]))
  }

  /** What is in view: [left, right, bottom, top]. */
  get box() {
    const { xaxis, yaxis } = this.ground._fullLayout
    return [...xaxis.range, ...yaxis.range].map(Number)
  }

  /** The place in the plane at a pixel of the panel, which may lie outside the frame. */
  anywhere(px, py) {
    const { left, top, width, height } = this.frame
    const [x0, x1, y0, y1] = this.box
    return [x0 + ((px - left) / width) * (x1 - x0), y1 - ((py - top) / height) * (y1 - y0)]
  }

  /** The paths up to `position`, on the canvas: what `paint` calls a scene, as far as a panel does not know it itself. */
  draw(scene) {
    if (!this.drawn) return
    this.scene = { ...scene, lanes: this.lanes, box: this.box, frame: this.inked }
    if (scene.fan) this.scene.fan = scene.fan.filter(({ lane }) => this.lanes.includes(lane))
    paint(this.pen(this.over), this.scene)
    this.stand()
  }

  /** The panel for a slide: its ground as SVG text, the field, and the scene that stands on it. */
  async still() {
    const { width, height } = this.drawn
    const address = await this.Plotly.toImage(this.ground, { format: "svg", width, height })
    return { ground: decodeURIComponent(address.slice(address.indexOf(",") + 1)), scene: this.scene, field: this.field }
  }

  /** The same for a film: the scene is painted at any step. */
  moving() {
    return this.still()
  }

  /** Put the handle on the start. */
  stand() {
    const lane = this.lanes[0]
    if (!lane) return
    const { left, top, width, height } = this.frame
    const box = this.box
    const start = [lane.x[0], lane.y[0]]
    const pixel = [left + ((start[0] - box[0]) / (box[1] - box[0])) * width, top + ((box[3] - start[1]) / (box[3] - box[2])) * height]
    this.handle.stand(start, pixel, [STRIDE * (box[1] - box[0]), STRIDE * (box[3] - box[2])], inside(start, box))
  }

  dispose() {
    this.drawn = null
    this.Plotly.purge(this.ground)
    this.handle.dispose()
    this.element.remove()
  }
}

/** Larger type in a figure, with the room that it needs. */
function enlarge({ font, margin }, type) {
  font.size *= type
  for (const side of Object.keys(margin)) margin[side] *= type
}
