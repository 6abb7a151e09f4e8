// Where the race is seen: one panel, one for each lane, or the relief. It draws the ground when that changes, and the
// paths whenever it is asked to.

import { loadFigure, loadPlotly } from "../shared/fetching.js"
import { arrange, filling } from "./layout.js"
import { Panel } from "./panel.js"

const LEAST = 270 // pixels: a relief that is lower is not seen

export class Stage {
  /** `on` is what panels report to, and `turned(eye)` and `whole()` for the relief: the first answers with the eye that is kept. */
  constructor(on) {
    this.on = { ...on, turned: (eye) => (this.panels[0].turnedTo = String(on.turned(eye))) }
    this.element = document.createElement("div")
    this.element.className = "rv-stage"
    this.panels = []
    this.key = null // of the ground that is drawn or on its way
    this.drawnKey = null // of the one that stands
    this.swings = false // whether the next relief rises out of the flat picture
  }

  /** The lanes that each panel shows. */
  deals({ layout }, lanes) {
    if (layout !== "panels") return [lanes]
    const shown = lanes.filter((lane) => !lane.hidden)
    return (shown.length ? shown : lanes.slice(0, 1)).map((lane) => [lane])
  }

  /** What the ground depends on. */
  groundKey(data, lanes, seen) {
    const { zoom, theme, width, height } = seen
    const marks = ["levels", "minima", "field"].filter((mark) => seen.marks.has(mark))
    return JSON.stringify([this.groundUrl(data, seen), marks, this.deals(data, lanes).length, width, height, zoom, theme.font, theme.text])
  }

  groundUrl(data, { zoom, theme, width }) {
    const size = data.layout === "panels" || width < 640 ? "panel" : "full"
    return this.figureUrl(data.layout === "3d" ? "relief" : "levels", data, { mode: theme.mode, size, zoom })
  }

  figureUrl(kind, data, { mode, size, zoom }) {
    const box = zoom && kind !== "relief" ? `&zoom=${zoom.join(",")}` : ""
    return `${data.urls[kind]}?${data.ground}&mode=${mode}&size=${size}${box}`
  }

  /** Draw the ground of every panel when it is another one. Returns whether it stands. */
  async lay(data, lanes, seen) {
    const key = this.groundKey(data, lanes, seen)
    if (key !== this.key) {
      this.key = key
      this.drawnKey = null
      this.laying = this.draw3dOr2d(key, data, lanes, seen).catch((error) => {
        if (this.key === key) this.key = null // so that the next picture asks for it again
        throw error
      })
    }
    const drawn = await this.laying
    if (!drawn || key !== this.key) return false
    this.drawnKey = key
    this.turn(seen.eye)
    return true
  }

  /** Say something where there is no picture yet. */
  say(text) {
    if (!this.panels.length) this.element.textContent = text
  }

  async draw3dOr2d(key, data, lanes, seen) {
    const relief = data.layout === "3d"
    const { theme, width, height, zoom, marks, type, ink } = seen
    const size = data.layout === "panels" || width < 640 ? "panel" : "full"
    const Kind = relief ? import("./relief.js").then((module) => module.Relief) : Panel
    const asked = [loadPlotly(relief ? data.urls.plotlyFull : data.urls.plotly), loadFigure(this.groundUrl(data, seen)), Kind]
    if (marks.has("field") && !relief) asked.push(loadFigure(this.figureUrl("field", data, { mode: theme.mode, size, zoom })))
    const [Plotly, figure, Made, field] = await Promise.all(asked)
    if (key !== this.key || !this.element.isConnected) return false
    const [left, right, bottom, top] = data.view
    const count = this.deals(data, lanes).length
    const shape = relief ? 0.72 : (top - bottom) / (right - left)
    const room = height ? filling(count, width, height) : arrange(count, width, window.innerHeight, shape, relief ? LEAST : 0)
    const [flat] = this.panels
    const frame = this.panels.length === 1 && flat.drawn ? flat.frame : framed(room)
    this.settle(Made, Plotly, count)
    if (relief && this.swings) this.panels[0].opening = frame
    this.swings = false
    for (const panel of this.panels) {
      panel.element.style.width = `${room.width}px`
      panel.words = data.words
    }
    const options = { width: room.width, height: room.height, box: zoom, theme, marks, field, type, ink }
    await Promise.all(this.panels.map((panel) => panel.lay(figure, options)))
    return true
  }

  /** The relief, if that is what stands here. */
  get relief() {
    const [panel] = this.panels
    return panel && "eye" in panel ? panel : null
  }

  /** See the relief from `eye`, [x, y, z]; null is its usual view. Where the visitor has turned it to, it stays. */
  turn(eye) {
    const { relief } = this
    if (!relief || relief.turnedTo === String(eye)) return
    relief.turnedTo = String(eye)
    relief.eye = eye && { x: eye[0], y: eye[1], z: eye[2] }
  }

  /** Have `count` panels of this kind. */
  settle(Kind, Plotly, count) {
    if (!this.panels.length) this.element.replaceChildren()
    while (this.panels.length > count || (this.panels.length && this.panels[0].constructor !== Kind)) this.panels.pop().dispose()
    while (this.panels.length < count) {
      this.panels.push(new Kind(Plotly, this.on))
      this.element.append(this.panels.at(-1).element)
    }
  }

  /** Hand the lanes to the panels. `told` describes them, in place of what became of the lanes. */
  deal(data, lanes, told = null) {
    const deals = this.deals(data, lanes)
    this.panels.forEach((panel, i) => {
      panel.lanes = deals[i] ?? []
      panel.caption.hidden = data.layout !== "panels"
      const seen = panel.lanes.filter((lane) => !lane.hidden)
      panel.describe(told ?? seen.map((lane) => `${lane.name}: ${lane.row.story}`).join(" "), data.words.start)
    })
  }

  /** Where the entry of a lane stands: below its own panel's head, when it has a panel. */
  captionOf(data, lane) {
    if (data.layout !== "panels") return null
    return this.panels.find((panel) => panel.lanes[0] === lane)?.caption ?? null
  }

  draw(scene) {
    for (const panel of this.panels) panel.draw(scene)
  }

  dispose() {
    for (const panel of this.panels) panel.dispose()
  }
}

/** Where the frame of a flat picture would be in a room. */
function framed({ width, height }) {
  return { left: 58, top: 10, width: width - 72, height: height - 60 }
}
