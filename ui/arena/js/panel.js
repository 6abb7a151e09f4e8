// One panel: level curves by Plotly, drawn once a surface, and a canvas above them for the paths.

import { exit, inside, pointAt, scaled, trail } from "./geometry.js"
import { drawMark } from "./marks.js"

const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, showAxisDragHandles: false, responsive: false, showTips: false }
const APART = 7 // pixels between the markers of a path, at least

export class Panel {
  /** `on` has `zoomed(box)` and `picked([x, y])`. */
  constructor(Plotly, on) {
    this.Plotly = Plotly
    this.on = on
    this.element = document.createElement("figure")
    this.element.className = "rv-panel"
    this.caption = this.element.appendChild(document.createElement("figcaption"))
    this.holder = this.element.appendChild(document.createElement("div"))
    this.holder.className = "rv-ground"
    this.holder.setAttribute("role", "img")
    this.ground = this.holder.appendChild(document.createElement("div"))
    this.canvas = this.holder.appendChild(document.createElement("canvas"))
    this.canvas.setAttribute("aria-hidden", "true")
    this.lanes = []
    this.drawn = null
    this.listen()
  }

  /** What there is to see, for who does not see it. */
  describe(text) {
    this.holder.setAttribute("aria-label", text)
  }

  listen() {
    this.holder.addEventListener("pointerdown", (down) => {
      if (down.button !== 0 || !this.drawn) return
      const release = (up) => {
        const moved = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY)
        if (up.type === "pointerup" && moved < 5) this.pick(up)
      }
      window.addEventListener("pointerup", release, { once: true, capture: true })
    }, true)
  }

  pick(event) {
    const { left, top } = this.ground.getBoundingClientRect()
    const place = this.place(event.clientX - left, event.clientY - top)
    if (place && inside(place, this.box)) this.on.picked(place)
  }

  /** Draw the ground: a figure from the server, `width` by `height` pixels, showing `box` (null: all of it). */
  async lay(figure, width, height, box, font) {
    const layout = structuredClone(figure.layout)
    layout.font.family = font
    layout.width = width
    layout.height = height
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false
    if (box) {
      layout.xaxis.range = box.slice(0, 2)
      layout.yaxis.range = box.slice(2)
    }
    await this.Plotly.react(this.ground, figure.data, layout, CONFIG)
    if (!this.drawn) {
      this.ground.on("plotly_relayout", (change) => {
        if ("xaxis.range[0]" in change || "yaxis.range[0]" in change) this.on.zoomed(this.box)
      })
    }
    this.drawn = { width, height }
    const ratio = window.devicePixelRatio || 1
    this.canvas.width = Math.round(width * ratio)
    this.canvas.height = Math.round(height * ratio)
    this.canvas.style.width = `${width}px`
    this.canvas.style.height = `${height}px`
  }

  get frame() {
    const { l, t, w, h } = this.ground._fullLayout._size
    return { left: l, top: t, width: w, height: h }
  }

  /** What is in view: [left, right, bottom, top]. */
  get box() {
    const { xaxis, yaxis } = this.ground._fullLayout
    return [...xaxis.range, ...yaxis.range].map(Number)
  }

  place(px, py) {
    const { left, top, width, height } = this.frame
    const [x0, x1, y0, y1] = this.box
    if (px < left || px > left + width || py < top || py > top + height) return null
    return [x0 + ((px - left) / width) * (x1 - x0), y1 - ((py - top) / height) * (y1 - y0)]
  }

  /** The paths up to `position`, on the canvas. */
  draw(position, colours) {
    if (!this.drawn) return
    const context = this.canvas.getContext("2d")
    const ratio = this.canvas.width / this.drawn.width
    const { left, top, width, height } = this.frame
    const box = this.box
    const toPixel = ([x, y]) => [
      left + ((x - box[0]) / (box[1] - box[0])) * width,
      top + ((box[3] - y) / (box[3] - box[2])) * height,
    ]
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, this.drawn.width, this.drawn.height)
    context.save()
    context.beginPath()
    context.rect(left, top, width, height)
    context.clip()
    const view = { context, toPixel, box, position, page: colours.page, mode: colours.mode }
    for (const lane of this.lanes) drawTrail(view, lane)
    this.drawStart(view, colours)
    for (const lane of this.lanes) drawHere(view, lane)
    for (const lane of this.lanes) drawExit(view, lane, colours)
    context.restore()
  }

  drawStart({ context, toPixel }, colours) {
    const lane = this.lanes[0]
    if (!lane) return
    const [x, y] = toPixel([lane.x[0], lane.y[0]])
    context.setLineDash([])
    context.lineWidth = 2.5
    context.strokeStyle = colours.text
    context.fillStyle = colours.page
    context.beginPath()
    context.arc(x, y, 7, 0, 2 * Math.PI)
    context.fill()
    context.stroke()
  }

  dispose() {
    this.Plotly.purge(this.ground)
    this.element.remove()
  }
}

function drawTrail({ context, toPixel, box, position, page, mode }, lane) {
  const lines = trail(lane, position, scaled(box, 1.2)).map((line) => line.map(toPixel))
  context.lineJoin = "round"
  for (const [colour, width, dash] of [[page, 5.5, []], [lane[mode], 2.6, lane.dash]]) {
    context.globalAlpha = colour === page ? 0.75 : 1
    context.strokeStyle = colour
    context.lineWidth = width
    context.setLineDash(dash)
    for (const line of lines) {
      context.beginPath()
      for (const [x, y] of line) context.lineTo(x, y)
      context.stroke()
    }
  }
  context.setLineDash([])
  context.fillStyle = lane[mode]
  context.strokeStyle = page
  context.lineWidth = 1
  let last = [Infinity, Infinity]
  for (let k = 1; k <= Math.floor(position); k++) {
    const point = pointAt(lane, k)
    if (!point || !inside(point, box)) continue
    const pixel = toPixel(point)
    if (Math.hypot(pixel[0] - last[0], pixel[1] - last[1]) < APART) continue
    drawMark(context, lane.marker, ...pixel, 4)
    last = pixel
  }
}

function drawHere({ context, toPixel, box, position, page, mode }, lane) {
  const point = pointAt(lane, position)
  if (!point || !inside(point, box)) return
  context.fillStyle = lane[mode]
  context.strokeStyle = page
  context.lineWidth = 2
  drawMark(context, lane.marker, ...toPixel(point), 7.5)
}

/** An arrowhead and the number of the step, where a path went out of the picture. */
function drawExit({ context, toPixel, box, position, page, mode }, lane, colours) {
  const out = exit(lane, position, box)
  if (!out) return
  const [x, y] = toPixel(out.at)
  const angle = Math.atan2(...toDirection(out.towards, toPixel, out.at))
  const tip = (turn, length) => [x - length * Math.cos(angle + turn), y - length * Math.sin(angle + turn)]
  context.fillStyle = lane[mode]
  context.strokeStyle = page
  context.lineWidth = 1.5
  context.beginPath()
  for (const corner of [[x, y], tip(0.45, 17), tip(-0.45, 17)]) context.lineTo(...corner)
  context.closePath()
  context.stroke()
  context.fill()
  const [tx, ty] = tip(0, 30)
  context.font = `600 14px ${colours.font}`
  context.textAlign = "center"
  context.textBaseline = "middle"
  context.lineWidth = 4
  context.strokeText(out.step, tx, ty)
  context.fillText(out.step, tx, ty)
}

function toDirection([dx, dy], toPixel, from) {
  const size = Math.hypot(dx, dy) || 1
  const [ax, ay] = toPixel(from)
  const [bx, by] = toPixel([from[0] + dx / size, from[1] + dy / size])
  return [by - ay, bx - ax]
}
