// What stands below the picture: the curves that the visitor has picked, and the table of results. Drawn when there is time.

import { Curves } from "./curves.js"
import { loadFigure, loadPlotly } from "../shared/fetching.js"
import { button, checkbox } from "../shared/menu.js"
import { results } from "./results.js"

const LATER = 60 // milliseconds: paths come first

export class Charts {
  /** `now()` is what is shown: {data, lanes, theme, width, clock}. `on` has seek(step), settle(soon), open(anchor, name,
   * content), isShown() and drawn(link).
   */
  constructor(now, on) {
    Object.assign(this, { now, on })
    this.element = document.createElement("div")
    this.element.className = "rv-head"
    this.picker = this.element.appendChild(button("", () => this.pick(), { className: "rv-pick" }))
    this.picker.setAttribute("aria-haspopup", "dialog")
    this.table = document.createElement("div")
    this.table.className = "rv-below"
  }

  later() {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.draw(), LATER)
  }

  async draw() {
    if (!this.on.isShown()) return
    const { data, theme } = this.now()
    const [Plotly, frames] = await Promise.all([loadPlotly(data.urls.plotly), loadFigure(addressOf(data, theme))])
    if (this.now().data !== data || !this.on.isShown()) return // what came meanwhile draws its own
    await this.fill(Plotly, frames, data, theme)
    this.on.drawn(data.link)
  }

  async fill(Plotly, frames, data, theme) {
    const { lanes, width, clock } = this.now()
    this.curves ??= new Curves(Plotly, this.on)
    if (!this.curves.element.isConnected) this.table.before(this.curves.element)
    this.picker.textContent = data.words.curves
    const drawn = lanes.map((lane, i) => ({ ...lane, turning: data.turning?.final[i] })).filter((lane) => !lane.hidden)
    await this.curves.lay(frames, drawn, data, theme, width)
    this.point(clock.position, clock.steps)
    const made = results(this.now().lanes, { ...data.words, arrived: data.arrived }, theme.mode)
    if (this.table.querySelector("[tabindex]")) made.tabIndex = 0 // the keys go on reaching it
    this.table.replaceChildren(made)
  }

  /** Move the line of every curve to the present step. */
  point(position, steps) {
    this.curves?.point(position, steps)
  }

  /** The menu of curves. */
  pick() {
    const { data } = this.now()
    const boxes = data.available.map((name) => {
      return checkbox(data.names.charts[name] ?? name, data.charts.includes(name), (on) => this.turn(name, on))
    })
    this.on.open(this.picker, data.words.curves, boxes)
  }

  /** Pick a curve, or drop it. Its numbers come with the next picture. */
  turn(name, on) {
    const { data } = this.now()
    const charts = data.available.filter((other) => (other === name ? on : data.charts.includes(other)))
    Object.assign(data, { charts, asked: true })
    this.on.settle(0)
  }

  dispose() {
    clearTimeout(this.waiting)
    this.curves?.dispose()
  }
}

/** Where the frames of the curves of `data` are. One that was just picked has no numbers yet. */
export function addressOf({ charts, curves, turning, urls, ground }, { mode }) {
  const names = charts.filter((name) => curves.includes(name))
  if (turning) names.push(curves[0] === "gap" ? "turning" : "turning-height")
  return `${urls.curves}?names=${names.join(",")}&mode=${mode}&${ground}`
}
